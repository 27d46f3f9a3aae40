-- Kind and last consumption of items, as known then; the kind is null where nothing was known.
-- params:  ids, known_at
-- returns: id, kind, consumed
SELECT n.id,
  CASE WHEN n.facts IS NOT NULL AND n.known_from <= :known_at THEN n.kind
    ELSE (SELECT p.kind FROM item_past p WHERE p.item = n.num AND p.known_from <= :known_at AND :known_at < p.known_until) END AS kind,
  CASE WHEN n.facts IS NOT NULL AND n.known_from <= :known_at THEN n.consumed
    ELSE (SELECT p.consumed FROM item_past p WHERE p.item = n.num AND p.known_from <= :known_at AND :known_at < p.known_until) END AS consumed
FROM item n WHERE n.id IN (SELECT value FROM json_each(:ids))
