// A superseded mention: its key, and since when it was known.
CREATE CONSTRAINT names_superseded_key IF NOT EXISTS FOR ()-[r:NAMES_SUPERSEDED]-() REQUIRE r.key IS UNIQUE
