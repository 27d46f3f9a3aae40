// A superseded enrolment: its key, and since when it was known.
CREATE CONSTRAINT enrols_superseded_key IF NOT EXISTS FOR ()-[r:ENROLS_SUPERSEDED]-() REQUIRE r.key IS UNIQUE
