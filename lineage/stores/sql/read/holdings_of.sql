-- Holders of items by own custody, as known now.
-- params:  ids
-- returns: id, holder, since, until, status, taker, events
SELECT i.id, h.holder, h.since, h.until, h.status, h.taker, h.events
FROM json_each(:ids) j JOIN item i ON i.id = j.value JOIN held_by h ON h.item = i.num
