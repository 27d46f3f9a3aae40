-- Add a row of held_by that is known from now on.
-- params:  item, since, holder, until, status, taker, events, known_from
INSERT OR REPLACE INTO held_by (item, since, holder, until, status, taker, events, known_from)
VALUES (:item, :since, :holder, :until, :status, :taker, :events, :known_from)
