-- Every holding, current and superseded.
-- returns: id, holder, since, until, status, taker, events, known_from, known_until
SELECT i.id, h.holder, h.since, h.until, h.status, h.taker, h.events, h.known_from, h.known_until
FROM held_by_ever h JOIN item i ON i.num = h.item
