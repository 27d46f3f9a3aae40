// A HELD_BY by item, since, holder and until.
CREATE CONSTRAINT held_by_key IF NOT EXISTS FOR ()-[r:HELD_BY]-() REQUIRE r.key IS UNIQUE
