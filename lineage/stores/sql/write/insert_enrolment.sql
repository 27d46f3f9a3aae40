-- Add a row of enrolment that is known from now on.
-- params:  party, time, event, known_from
INSERT OR REPLACE INTO enrolment (party, time, event, known_from)
VALUES (:party, :time, :event, :known_from)
