-- Edges from parts to wholes, as known now.
-- params:  ids
-- returns: source, target, since, until, events
SELECT p.id AS source, w.id AS target, e.since, e.until, e.events
FROM json_each(:ids) j JOIN item p ON p.id = j.value JOIN part_of e ON e.part = p.num JOIN item w ON w.num = e.whole
