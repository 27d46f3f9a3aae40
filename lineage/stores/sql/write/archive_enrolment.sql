-- Copy a superseded row of enrolment to enrolment_past.
-- params:  party, time, event, known_until
INSERT OR REPLACE INTO enrolment_past (party, time, event, known_from, known_until)
SELECT party, time, event, known_from, :known_until
FROM enrolment WHERE party = :party AND time = :time AND event = :event AND known_from < :known_until
