-- Enrolments in force of parties, as known then.
-- params:  ids, known_at
-- returns: party, time, event
-- order:   party, time, event
SELECT e.party, e.time, e.event FROM json_each(:ids) j JOIN enrolment_ever e ON e.party = j.value
WHERE e.known_from <= :known_at AND :known_at < e.known_until ORDER BY e.party, e.time, e.event
