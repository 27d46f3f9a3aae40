// A mention by item, time, and what it is; its beginning finds the mentions of an item at a moment.
CREATE CONSTRAINT names_key IF NOT EXISTS FOR ()-[r:NAMES]-() REQUIRE r.key IS UNIQUE
