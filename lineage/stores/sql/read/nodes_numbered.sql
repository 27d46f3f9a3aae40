-- Kind and last consumption of items given by number, as known then: one row of columns, each a JSON array.
-- params:  nums, known_at
-- returns: nums, ids, kinds, consumed
SELECT json_group_array(n.num) AS nums, json_group_array(n.id) AS ids,
  json_group_array(CASE WHEN n.facts IS NOT NULL AND n.known_from <= :known_at THEN n.kind
    ELSE (SELECT p.kind FROM item_past p WHERE p.item = n.num AND p.known_from <= :known_at AND :known_at < p.known_until) END) AS kinds,
  json_group_array(CASE WHEN n.facts IS NOT NULL AND n.known_from <= :known_at THEN n.consumed
    ELSE (SELECT p.consumed FROM item_past p WHERE p.item = n.num AND p.known_from <= :known_at AND :known_at < p.known_until) END) AS consumed
FROM json_each(:nums) j CROSS JOIN item n ON n.num = j.value
