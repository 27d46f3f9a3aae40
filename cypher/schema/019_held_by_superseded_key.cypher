// A superseded HELD_BY: its key, and since when it was known.
CREATE CONSTRAINT held_by_superseded_key IF NOT EXISTS FOR ()-[r:HELD_BY_SUPERSEDED]-() REQUIRE r.key IS UNIQUE
