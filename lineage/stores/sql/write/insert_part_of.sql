-- Add a row of part_of that is known from now on.
-- params:  part, whole, since, until, events, known_from
INSERT OR REPLACE INTO part_of (part, whole, since, until, events, known_from)
VALUES (:part, :whole, :since, :until, :events, :known_from)
