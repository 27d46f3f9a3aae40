-- Kind and last consumption of items given by number, as known now: one row of columns, each a JSON array.
-- params:  nums
-- returns: nums, ids, kinds, consumed
SELECT json_group_array(i.num) AS nums, json_group_array(i.id) AS ids, json_group_array(i.kind) AS kinds,
  json_group_array(i.consumed) AS consumed
FROM json_each(:nums) j CROSS JOIN item i ON i.num = j.value
