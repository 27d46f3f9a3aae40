// A superseded BECAME: its key, and since when it was known.
CREATE CONSTRAINT became_superseded_key IF NOT EXISTS FOR ()-[r:BECAME_SUPERSEDED]-() REQUIRE r.key IS UNIQUE
