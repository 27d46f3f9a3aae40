-- Edges of one input, output and instant each.
-- params:  keys
-- returns: source, target, since, until, events
SELECT a.id AS source, b.id AS target, e.at AS since, e.at AS until, e.events
FROM json_each(:keys) j JOIN item a ON a.id = j.value ->> 0 JOIN item b ON b.id = j.value ->> 1
JOIN became e ON e.input = a.num AND e.output = b.num AND e.at = j.value ->> 2
