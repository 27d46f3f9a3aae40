-- Edges from items to wholes and on to their wholes, time ignored, as known then.
-- params:  ids, known_at
-- returns: source, target, since, until, events
WITH RECURSIVE reach (num) AS (
  SELECT i.num FROM json_each(:ids) j JOIN item i ON i.id = j.value
  UNION SELECT e.whole FROM reach r JOIN part_of e ON e.part = r.num WHERE e.known_from <= :known_at
  UNION SELECT e.whole FROM reach r JOIN part_of_past e ON e.part = r.num WHERE e.known_from <= :known_at AND :known_at < e.known_until)
SELECT p.id AS source, w.id AS target, e.since, e.until, e.events
FROM reach r CROSS JOIN part_of_ever e ON e.part = r.num JOIN item p ON p.num = e.part JOIN item w ON w.num = e.whole
WHERE e.known_from <= :known_at AND :known_at < e.known_until
