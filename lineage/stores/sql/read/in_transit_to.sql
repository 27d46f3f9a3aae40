-- Items that own custody has in transit to a party at a moment, inside nothing then, as known then.
-- params:  party, at, known_at, after, limit
-- returns: id, since, holder
-- order:   page.id
WITH page AS MATERIALIZED (
  SELECT i.id, h.item, h.since, h.holder FROM held_by_ever h CROSS JOIN item i ON i.num = h.item
  WHERE h.taker = :party AND h.since <= :at AND :at < h.until AND i.id > :after
    AND h.known_from <= :known_at AND :known_at < h.known_until
    AND NOT EXISTS (SELECT 1 FROM part_of e WHERE e.part = h.item AND e.since <= :at AND :at < e.until AND e.known_from <= :known_at)
    AND NOT EXISTS (SELECT 1 FROM part_of_past e WHERE e.part = h.item AND e.since <= :at AND :at < e.until
      AND e.known_from <= :known_at AND :known_at < e.known_until)
  ORDER BY i.id LIMIT :limit)
SELECT page.id,
  max(page.since,
    coalesce((SELECT max(e.until) FROM part_of e WHERE e.part = page.item AND e.since < e.until AND e.until <= :at
      AND e.known_from <= :known_at), page.since),
    coalesce((SELECT max(e.until) FROM part_of_past e WHERE e.part = page.item AND e.since < e.until AND e.until <= :at
      AND e.known_from <= :known_at AND :known_at < e.known_until), page.since)) AS since,
  page.holder
FROM page ORDER BY page.id
