// A BECAME by input, output and moment.
CREATE CONSTRAINT became_key IF NOT EXISTS FOR ()-[r:BECAME]-() REQUIRE r.key IS UNIQUE
