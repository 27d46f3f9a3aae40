-- All edges that leave items, with the far ends, as known now: one row of columns, each a JSON array.
-- params:  ids
-- returns: types, sources, targets, sinces, untils, proofs, kinds, consumed
SELECT json_group_array(type) AS types, json_group_array(source) AS sources, json_group_array(target) AS targets,
  json_group_array(since) AS sinces, json_group_array(until) AS untils, json_group_array(events) AS proofs,
  json_group_array(far_kind) AS kinds, json_group_array(far_consumed) AS consumed
FROM (
  SELECT 'PART_OF' AS type, n.id AS source, f.id AS target, e.since, e.until, e.events, f.kind AS far_kind, f.consumed AS far_consumed
  FROM json_each(:ids) j JOIN item n ON n.id = j.value JOIN part_of e ON e.part = n.num JOIN item f ON f.num = e.whole
  UNION ALL
  SELECT 'BECAME', n.id, f.id, e.at, e.at, e.events, f.kind, f.consumed
  FROM json_each(:ids) j JOIN item n ON n.id = j.value JOIN became e ON e.input = n.num JOIN item f ON f.num = e.output)
