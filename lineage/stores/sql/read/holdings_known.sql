-- Items that own custody left with a party at a moment, inside nothing then, as known then.
-- params:  party, at, known_at, after, limit
-- returns: id, kind, since, status
-- order:   page.id
WITH here AS (
  SELECT item, since, status FROM held_by
  WHERE holder = :party AND since <= :at AND :at < until AND known_from <= :known_at
  UNION ALL SELECT item, since, status FROM held_by_past
  WHERE holder = :party AND since <= :at AND :at < until AND known_from <= :known_at AND :known_at < known_until),
page AS MATERIALIZED (
  SELECT i.id, h.item, h.since, h.status FROM here h JOIN item i ON i.num = h.item
  WHERE i.id > :after
    AND NOT EXISTS (SELECT 1 FROM part_of e WHERE e.part = h.item AND e.since <= :at AND :at < e.until AND e.known_from <= :known_at)
    AND NOT EXISTS (SELECT 1 FROM part_of_past e WHERE e.part = h.item AND e.since <= :at AND :at < e.until
      AND e.known_from <= :known_at AND :known_at < e.known_until)
  ORDER BY i.id LIMIT :limit)
SELECT page.id,
  coalesce((SELECT k.kind FROM item k WHERE k.num = page.item AND k.facts IS NOT NULL AND k.known_from <= :known_at),
    (SELECT k.kind FROM item_past k WHERE k.item = page.item AND k.known_from <= :known_at AND :known_at < k.known_until)) AS kind,
  max(page.since,
    coalesce((SELECT max(e.until) FROM part_of e WHERE e.part = page.item AND e.since < e.until AND e.until <= :at
      AND e.known_from <= :known_at), page.since),
    coalesce((SELECT max(e.until) FROM part_of_past e WHERE e.part = page.item AND e.since < e.until AND e.until <= :at
      AND e.known_from <= :known_at AND :known_at < e.known_until), page.since)) AS since,
  page.status
FROM page ORDER BY page.id
