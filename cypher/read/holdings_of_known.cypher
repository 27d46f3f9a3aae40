// Holders of items by own custody, as known then.
// params:  ids, known_at
// returns: rows
UNWIND $ids AS id
MATCH (x:Item {id: id})-[h:HELD_BY|HELD_BY_SUPERSEDED]->()
WHERE h.known_from <= $known_at AND $known_at < h.known_until
RETURN collect([x.id, h.holder, h.since.epochMillis, h.until.epochMillis, h.status, h.to, h.events]) AS rows
