-- Add a row of part_of that was known for a time.
-- params:  part, whole, since, until, events, known_from, known_until
INSERT OR REPLACE INTO part_of_past (part, whole, since, until, events, known_from, known_until)
VALUES (:part, :whole, :since, :until, :events, :known_from, :known_until)
