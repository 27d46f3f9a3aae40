-- Kind and last consumption of items, as known then.
-- params:  ids, known_at
-- returns: id, kind, consumed
SELECT i.id, k.kind, k.consumed
FROM json_each(:ids) j JOIN item i ON i.id = j.value JOIN item_ever k ON k.item = i.num
WHERE k.known_from <= :known_at AND :known_at < k.known_until
