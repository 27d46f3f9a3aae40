-- Items in transit to a party at a moment, by own custody, as known then.
-- params:  party, at, known_at, after, limit
-- returns: id, since, holder
-- order:   i.id
SELECT i.id, h.since, h.holder
FROM held_by_ever h CROSS JOIN item i ON i.num = h.item
WHERE h.taker = :party AND h.since <= :at AND :at < h.until AND i.id > :after
  AND h.known_from <= :known_at AND :known_at < h.known_until
ORDER BY i.id LIMIT :limit
