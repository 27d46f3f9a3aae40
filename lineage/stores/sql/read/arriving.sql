-- What is on its way to a party at a moment, by own custody, as it was known then.
-- params:  party, at, known_at, after, limit
-- returns: id, kind, since, holder
-- order:   i.id
SELECT i.id, k.kind, h.since, h.holder
FROM held_by_ever h JOIN item i ON i.num = h.item JOIN item_ever k ON k.item = h.item
WHERE h.taker = :party AND h.since <= :at AND :at < h.until AND i.id > :after
  AND h.known_from <= :known_at AND :known_at < h.known_until AND k.known_from <= :known_at AND :known_at < k.known_until
ORDER BY i.id LIMIT :limit
