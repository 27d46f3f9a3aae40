-- What own custody leaves with a party at a moment, inside nothing then.
-- params:  party, at, known_at, after, limit
-- returns: id, kind, since, status
-- order:   i.id
SELECT i.id, k.kind, max(h.since, coalesce((SELECT max(e.until) FROM part_of_ever e WHERE e.part = h.item AND e.since < e.until AND e.until <= :at
  AND e.known_from <= :known_at AND :known_at < e.known_until), h.since)) AS since, h.status
FROM held_by_ever h JOIN item i ON i.num = h.item JOIN item_ever k ON k.item = h.item
WHERE h.holder = :party AND h.since <= :at AND :at < h.until
  AND h.known_from <= :known_at AND :known_at < h.known_until AND k.known_from <= :known_at AND :known_at < k.known_until
  AND NOT EXISTS (SELECT 1 FROM part_of_ever e WHERE e.part = h.item AND e.since <= :at AND :at < e.until
    AND e.known_from <= :known_at AND :known_at < e.known_until) AND i.id > :after
ORDER BY i.id LIMIT :limit
