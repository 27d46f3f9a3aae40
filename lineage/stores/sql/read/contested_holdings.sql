-- Items that may be in conflict with a party among the holders at a moment, and everything inside those, as known then.
-- The plus prevents a lookup of everything that the party ever held.
-- params:  party, quoted, at, known_at
-- returns: id, is_inside
-- order:   id
WITH RECURSIVE around (item, num) AS (
  SELECT num, num FROM item INDEXED BY item_contested WHERE contested = 1 OR on_cycle = 1
  UNION SELECT r.item, e.whole FROM around r JOIN part_of e ON e.part = r.num
    WHERE e.since <= :at AND :at < e.until AND e.known_from <= :known_at
  UNION SELECT r.item, e.whole FROM around r JOIN part_of_past e ON e.part = r.num
    WHERE e.since <= :at AND :at < e.until AND e.known_from <= :known_at AND :known_at < e.known_until),
suspect (num) AS MATERIALIZED (
  SELECT DISTINCT r.item FROM around r
  WHERE EXISTS (SELECT 1 FROM held_by_ever h WHERE h.item = r.num AND h.since <= :at AND :at < h.until AND +h.holder = :party
      AND h.known_from <= :known_at AND :known_at < h.known_until)
    OR EXISTS (SELECT 1 FROM item_ever f WHERE f.item = r.num AND instr(f.facts, :quoted)
      AND f.known_from <= :known_at AND :known_at < f.known_until)),
inside (num) AS (
  SELECT r.num FROM suspect r
  UNION SELECT e.part FROM inside r JOIN part_of e ON e.whole = r.num
    WHERE e.since <= :at AND :at < e.until AND e.known_from <= :known_at
  UNION SELECT e.part FROM inside r JOIN part_of_past e ON e.whole = r.num
    WHERE e.since <= :at AND :at < e.until AND e.known_from <= :known_at AND :known_at < e.known_until)
SELECT i.id, r.num NOT IN (SELECT r.num FROM suspect r) AS is_inside FROM inside r JOIN item i ON i.num = r.num ORDER BY i.id
