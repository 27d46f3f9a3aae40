-- Every enrolment, current and superseded.
-- returns: party, time, event, known_from, known_until
-- order:   party, time, event, known_from, known_until
SELECT party, time, event, known_from, known_until FROM enrolment_ever ORDER BY 1, 2, 3, 4, 5
