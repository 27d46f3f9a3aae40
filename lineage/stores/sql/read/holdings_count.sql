-- How many items own custody leaves with a party at a moment, inside nothing then, as known now.
-- params:  party, at
-- returns: n
SELECT count(*) AS n FROM held_by h
WHERE h.holder = :party AND h.since <= :at AND :at < h.until
  AND NOT EXISTS (SELECT 1 FROM part_of e WHERE e.part = h.item AND e.since <= :at AND :at < e.until)
