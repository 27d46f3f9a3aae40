-- Holders of items by own custody, as known then.
-- params:  ids, known_at
-- returns: id, holder, since, until, status, taker, events
SELECT i.id, h.holder, h.since, h.until, h.status, h.taker, h.events
FROM json_each(:ids) j JOIN item i ON i.id = j.value JOIN held_by_ever h ON h.item = i.num
WHERE h.known_from <= :known_at AND :known_at < h.known_until
