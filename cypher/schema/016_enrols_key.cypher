// An enrolment by party, time and event.
CREATE CONSTRAINT enrols_key IF NOT EXISTS FOR ()-[r:ENROLS]-() REQUIRE r.key IS UNIQUE
