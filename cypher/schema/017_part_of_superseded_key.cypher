// A superseded PART_OF: its key, and since when it was known.
CREATE CONSTRAINT part_of_superseded_key IF NOT EXISTS FOR ()-[r:PART_OF_SUPERSEDED]-() REQUIRE r.key IS UNIQUE
