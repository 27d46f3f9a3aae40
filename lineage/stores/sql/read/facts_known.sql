-- Facts of items, as known then.
-- params:  ids, known_at
-- returns: id, facts
SELECT i.id, f.facts
FROM json_each(:ids) j JOIN item i ON i.id = j.value JOIN item_ever f ON f.item = i.num
WHERE f.known_from <= :known_at AND :known_at < f.known_until
