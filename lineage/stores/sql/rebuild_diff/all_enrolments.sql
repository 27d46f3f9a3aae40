-- Every enrolment, current and superseded.
-- returns: party, time, event, known_from, known_until
SELECT party, time, event, known_from, known_until FROM enrolment_ever
