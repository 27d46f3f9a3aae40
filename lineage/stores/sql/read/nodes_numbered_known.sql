-- Kind and last consumption of items given by number, as known then: one row of columns, each a JSON array.
-- params:  nums, known_at
-- returns: nums, ids, kinds, consumed
SELECT json_group_array(num) AS nums, json_group_array(id) AS ids, json_group_array(kind) AS kinds,
  json_group_array(consumed) AS consumed
FROM (
  SELECT i.num, i.id, i.kind, i.consumed FROM json_each(:nums) j CROSS JOIN item i ON i.num = j.value
  WHERE i.facts IS NOT NULL AND i.known_from <= :known_at
  UNION ALL
  SELECT i.num, i.id, k.kind, k.consumed FROM json_each(:nums) j CROSS JOIN item i ON i.num = j.value
  CROSS JOIN item_past k ON k.item = i.num WHERE k.known_from <= :known_at AND :known_at < k.known_until)
