-- Edges of pairs of a part and a whole, as known now.
-- params:  pairs
-- returns: source, target, since, until, events
SELECT p.id AS source, w.id AS target, e.since, e.until, e.events
FROM json_each(:pairs) j JOIN item p ON p.id = j.value ->> 0 JOIN item w ON w.id = j.value ->> 1
JOIN part_of e ON e.part = p.num AND e.whole = w.num
