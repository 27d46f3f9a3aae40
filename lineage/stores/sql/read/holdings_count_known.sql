-- How many items own custody leaves with a party at a moment, inside nothing then, as known then.
-- params:  party, at, known_at
-- returns: n
SELECT sum(n) AS n FROM (
  SELECT count(*) AS n FROM held_by h
  WHERE h.holder = :party AND h.since <= :at AND :at < h.until AND h.known_from <= :known_at
  AND NOT EXISTS (SELECT 1 FROM part_of e WHERE e.part = h.item AND e.since <= :at AND :at < e.until AND e.known_from <= :known_at)
  AND NOT EXISTS (SELECT 1 FROM part_of_past e WHERE e.part = h.item AND e.since <= :at AND :at < e.until
    AND e.known_from <= :known_at AND :known_at < e.known_until)
  UNION ALL SELECT count(*) FROM held_by_past h
  WHERE h.holder = :party AND h.since <= :at AND :at < h.until AND h.known_from <= :known_at AND :known_at < h.known_until
  AND NOT EXISTS (SELECT 1 FROM part_of e WHERE e.part = h.item AND e.since <= :at AND :at < e.until AND e.known_from <= :known_at)
  AND NOT EXISTS (SELECT 1 FROM part_of_past e WHERE e.part = h.item AND e.since <= :at AND :at < e.until
    AND e.known_from <= :known_at AND :known_at < e.known_until))
