-- All edges that leave items, with the far ends, as known now.
-- params:  ids
-- returns: type, source, target, since, until, events, far_kind, far_consumed
SELECT 'PART_OF' AS type, n.id AS source, f.id AS target, e.since, e.until, e.events, f.kind AS far_kind, f.consumed AS far_consumed
FROM json_each(:ids) j JOIN item n ON n.id = j.value JOIN part_of e ON e.part = n.num JOIN item f ON f.num = e.whole
UNION ALL
SELECT 'BECAME', n.id, f.id, e.at, e.at, e.events, f.kind, f.consumed
FROM json_each(:ids) j JOIN item n ON n.id = j.value JOIN became e ON e.input = n.num JOIN item f ON f.num = e.output
