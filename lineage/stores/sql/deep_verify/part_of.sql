-- Every PART_OF edge, current and superseded; an end that does not exist has no id.
-- returns: part, whole, since, until, events, known_from, known_until
-- order:   part, whole, since, until, events, known_from, known_until
SELECT a.id AS part, b.id AS whole, e.since, e.until, e.events, e.known_from, e.known_until
FROM part_of_ever e LEFT JOIN item a ON a.num = e.part LEFT JOIN item b ON b.num = e.whole ORDER BY 1, 2, 3, 4, 5, 6, 7
