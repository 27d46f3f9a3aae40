-- Every BECAME edge, current and superseded; an end that does not exist has no id.
-- returns: input, output, at, events, known_from, known_until
-- order:   input, output, at, events, known_from, known_until
SELECT a.id AS input, b.id AS output, e.at, e.events, e.known_from, e.known_until
FROM became_ever e LEFT JOIN item a ON a.num = e.input LEFT JOIN item b ON b.num = e.output ORDER BY 1, 2, 3, 4, 5, 6
