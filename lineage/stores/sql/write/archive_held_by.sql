-- Copy a superseded row of held_by to held_by_past.
-- params:  item, since, holder, until, known_until
INSERT OR REPLACE INTO held_by_past (item, since, holder, until, status, taker, events, known_from, known_until)
SELECT item, since, holder, until, status, taker, events, known_from, :known_until
FROM held_by WHERE item = :item AND since = :since AND holder = :holder AND until = :until AND known_from < :known_until
