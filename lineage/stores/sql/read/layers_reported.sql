-- Kinds of the parts ever put into items, as known then; one row for each part.
-- params:  ids, known_at
-- returns: whole, kind
SELECT w.id AS whole, k.kind
FROM json_each(:ids) j JOIN item w ON w.id = j.value JOIN part_of_ever e ON e.whole = w.num JOIN item_ever k ON k.item = e.part
WHERE e.known_from <= :known_at AND :known_at < e.known_until AND k.known_from <= :known_at AND :known_at < k.known_until
