-- Items that own custody leaves with a party at a moment, inside nothing then, as known now.
-- The page is chosen by what the index of holders knows; the rows themselves are looked up for it alone.
-- params:  party, at, after, limit
-- returns: id, kind, since, status
-- order:   page.id
WITH page AS MATERIALIZED (
  SELECT i.id, i.kind, h.item, h.since, h.until FROM held_by h CROSS JOIN item i ON i.num = h.item
  WHERE h.holder = :party AND h.since <= :at AND :at < h.until AND i.id > :after
    AND NOT EXISTS (SELECT 1 FROM part_of e WHERE e.part = h.item AND e.since <= :at AND :at < e.until)
  ORDER BY i.id LIMIT :limit)
SELECT page.id, page.kind, max(page.since, coalesce((SELECT max(e.until) FROM part_of e
  WHERE e.part = page.item AND e.since < e.until AND e.until <= :at), page.since)) AS since, h.status
FROM page CROSS JOIN held_by h ON h.item = page.item AND h.since = page.since AND h.holder = :party AND h.until = page.until
ORDER BY page.id
