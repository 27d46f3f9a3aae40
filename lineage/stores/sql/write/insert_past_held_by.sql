-- Add a row of held_by that was known for a time.
-- params:  item, since, holder, until, status, taker, events, known_from, known_until
INSERT OR REPLACE INTO held_by_past (item, since, holder, until, status, taker, events, known_from, known_until)
VALUES (:item, :since, :holder, :until, :status, :taker, :events, :known_from, :known_until)
