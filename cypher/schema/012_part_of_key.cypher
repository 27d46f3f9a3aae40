// A PART_OF by part, whole, since and until; its beginning finds the edges of a pair.
CREATE CONSTRAINT part_of_key IF NOT EXISTS FOR ()-[r:PART_OF]-() REQUIRE r.key IS UNIQUE
