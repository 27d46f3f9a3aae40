-- Every edge, current and superseded.
-- returns: type, source, target, since, until, events, known_from, known_until
SELECT 'PART_OF' AS type, a.id AS source, b.id AS target, e.since, e.until, e.events, e.known_from, e.known_until
FROM part_of_ever e JOIN item a ON a.num = e.part JOIN item b ON b.num = e.whole
UNION ALL SELECT 'BECAME', a.id, b.id, e.at, e.at, e.events, e.known_from, e.known_until
FROM became_ever e JOIN item a ON a.num = e.input JOIN item b ON b.num = e.output
