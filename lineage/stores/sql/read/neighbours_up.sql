-- All edges that enter items, with the far ends, as known now.
-- params:  ids
-- returns: type, source, target, since, until, events, far_kind, far_consumed
SELECT 'PART_OF' AS type, f.id AS source, n.id AS target, e.since, e.until, e.events, f.kind AS far_kind, f.consumed AS far_consumed
FROM json_each(:ids) j JOIN item n ON n.id = j.value JOIN part_of e ON e.whole = n.num JOIN item f ON f.num = e.part
UNION ALL
SELECT 'BECAME', f.id, n.id, e.at, e.at, e.events, f.kind, f.consumed
FROM json_each(:ids) j JOIN item n ON n.id = j.value JOIN became e ON e.output = n.num JOIN item f ON f.num = e.input
