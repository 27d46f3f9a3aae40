-- Every HELD_BY edge, current and superseded; a row of an item that does not exist has no id.
-- returns: id, holder, since, until, status, taker, events, known_from, known_until
-- order:   id, holder, since, until, status, taker, events, known_from, known_until
SELECT i.id, h.holder, h.since, h.until, h.status, h.taker, h.events, h.known_from, h.known_until
FROM held_by_ever h LEFT JOIN item i ON i.num = h.item ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
