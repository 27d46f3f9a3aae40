-- All edges that leave an item or anything it leads to, time ignored, nearest first, as known now: one row of columns, each a JSON array.
-- params:  id, most
-- returns: ids, node_kinds, node_consumed, types, sources, targets, sinces, untils, proofs
WITH RECURSIVE reach (num) AS (
  SELECT num FROM item WHERE id = :id AND facts IS NOT NULL
  UNION SELECT e.whole FROM reach r JOIN part_of e ON e.part = r.num
  UNION SELECT e.output FROM reach r JOIN became e ON e.input = r.num
  LIMIT :most),
near AS MATERIALIZED (SELECT n.num, n.id, n.kind, n.consumed FROM reach r CROSS JOIN item n ON n.num = r.num)
SELECT (SELECT json_group_array(id) FROM near) AS ids, (SELECT json_group_array(kind) FROM near) AS node_kinds,
  (SELECT json_group_array(consumed) FROM near) AS node_consumed,
  json_group_array(type) AS types, json_group_array(source) AS sources, json_group_array(target) AS targets,
  json_group_array(since) AS sinces, json_group_array(until) AS untils, json_group_array(events) AS proofs
FROM (
  SELECT 'PART_OF' AS type, near.id AS source, f.id AS target, e.since, e.until, e.events
  FROM near CROSS JOIN part_of e ON e.part = near.num CROSS JOIN item f ON f.num = e.whole
  UNION ALL
  SELECT 'BECAME', near.id, f.id, e.at, e.at, e.events
  FROM near CROSS JOIN became e ON e.input = near.num CROSS JOIN item f ON f.num = e.output)
