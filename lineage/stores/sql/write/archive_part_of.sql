-- Copy a superseded row of part_of to part_of_past.
-- params:  part, whole, since, until, known_until
INSERT OR REPLACE INTO part_of_past (part, whole, since, until, events, known_from, known_until)
SELECT part, whole, since, until, events, known_from, :known_until
FROM part_of WHERE part = :part AND whole = :whole AND since = :since AND until = :until AND known_from < :known_until
