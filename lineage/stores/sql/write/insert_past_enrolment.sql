-- Add a row of enrolment that was known for a time.
-- params:  party, time, event, known_from, known_until
INSERT OR REPLACE INTO enrolment_past (party, time, event, known_from, known_until)
VALUES (:party, :time, :event, :known_from, :known_until)
