-- All edges that leave an item or anything it leads to, nearest first, as known now: one row of columns, each a JSON array.
-- Edges name items by number; `parts_only` leaves out what became of what.
-- params:  id, most, parts_only
-- returns: nums, ids, kinds, consumed, parts, wholes, sinces, untils, proofs, inputs, outputs, moments, causes
WITH RECURSIVE reach (num) AS (
  SELECT num FROM item WHERE id = :id AND facts IS NOT NULL
  UNION SELECT e.whole FROM reach r JOIN part_of e ON e.part = r.num
  UNION SELECT e.output FROM reach r JOIN became e ON e.input = r.num AND NOT :parts_only
  LIMIT :most),
near AS MATERIALIZED (
  SELECT n.num, n.id, n.kind, n.consumed
  FROM reach r CROSS JOIN item n ON n.num = r.num)
SELECT all_nodes.*, all_parts.*, all_made.*
FROM (SELECT json_group_array(num) AS nums, json_group_array(id) AS ids, json_group_array(kind) AS kinds,
  json_group_array(consumed) AS consumed FROM near) all_nodes
CROSS JOIN (SELECT json_group_array(part) AS parts, json_group_array(whole) AS wholes, json_group_array(since) AS sinces,
  json_group_array(until) AS untils, json_group_array(events) AS proofs FROM (
  SELECT e.part, e.whole, e.since, e.until, e.events FROM near CROSS JOIN part_of e ON e.part = near.num)) all_parts
CROSS JOIN (SELECT json_group_array(input) AS inputs, json_group_array(output) AS outputs, json_group_array(at) AS moments,
  json_group_array(events) AS causes FROM (
  SELECT e.input, e.output, e.at, e.events FROM near CROSS JOIN became e ON e.input = near.num AND NOT :parts_only)) all_made
