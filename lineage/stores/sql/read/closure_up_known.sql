-- All edges that enter an item or anything that leads to it, nearest first, as known then: one row of columns, each a JSON array.
-- No step is taken over what begins after a moment. Edges name items by number; `parts_only` leaves out what became of what.
-- params:  id, most, hi, parts_only, known_at
-- returns: nums, ids, kinds, consumed, parts, wholes, sinces, untils, proofs, inputs, outputs, moments, causes
WITH RECURSIVE reach (num) AS (
  SELECT k.item FROM item i JOIN item_ever k ON k.item = i.num
  WHERE i.id = :id AND k.known_from <= :known_at AND :known_at < k.known_until
  UNION SELECT e.part FROM reach r JOIN part_of e ON e.whole = r.num AND e.since <= :hi AND e.known_from <= :known_at
  UNION SELECT e.input FROM reach r JOIN became e ON e.output = r.num AND e.at <= :hi AND e.known_from <= :known_at AND NOT :parts_only
  UNION SELECT e.part FROM reach r JOIN part_of_past e ON e.whole = r.num AND e.since <= :hi AND e.known_from <= :known_at AND :known_at < e.known_until
  UNION SELECT e.input FROM reach r JOIN became_past e ON e.output = r.num AND e.at <= :hi AND e.known_from <= :known_at AND :known_at < e.known_until AND NOT :parts_only
  LIMIT :most),
near AS MATERIALIZED (
  SELECT n.num, n.id,
  CASE WHEN n.facts IS NOT NULL AND n.known_from <= :known_at THEN n.kind
    ELSE (SELECT p.kind FROM item_past p WHERE p.item = n.num AND p.known_from <= :known_at AND :known_at < p.known_until) END AS kind,
  CASE WHEN n.facts IS NOT NULL AND n.known_from <= :known_at THEN n.consumed
    ELSE (SELECT p.consumed FROM item_past p WHERE p.item = n.num AND p.known_from <= :known_at AND :known_at < p.known_until) END AS consumed
  FROM reach r CROSS JOIN item n ON n.num = r.num)
SELECT all_nodes.*, all_parts.*, all_made.*
FROM (SELECT json_group_array(num) AS nums, json_group_array(id) AS ids, json_group_array(kind) AS kinds,
  json_group_array(consumed) AS consumed FROM near) all_nodes
CROSS JOIN (SELECT json_group_array(part) AS parts, json_group_array(whole) AS wholes, json_group_array(since) AS sinces,
  json_group_array(until) AS untils, json_group_array(events) AS proofs FROM (
  SELECT e.part, e.whole, e.since, e.until, e.events FROM near CROSS JOIN part_of e ON e.whole = near.num AND e.known_from <= :known_at
  UNION ALL SELECT e.part, e.whole, e.since, e.until, e.events FROM near CROSS JOIN part_of_past e ON e.whole = near.num AND e.known_from <= :known_at AND :known_at < e.known_until)) all_parts
CROSS JOIN (SELECT json_group_array(input) AS inputs, json_group_array(output) AS outputs, json_group_array(at) AS moments,
  json_group_array(events) AS causes FROM (
  SELECT e.input, e.output, e.at, e.events FROM near CROSS JOIN became e ON e.output = near.num AND e.known_from <= :known_at AND NOT :parts_only
  UNION ALL SELECT e.input, e.output, e.at, e.events FROM near CROSS JOIN became_past e ON e.output = near.num AND e.known_from <= :known_at AND :known_at < e.known_until AND NOT :parts_only)) all_made
