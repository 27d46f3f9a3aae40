// Holders of items by own custody, as known now.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (x:Item {id: id})-[h:HELD_BY]->()
RETURN collect([x.id, h.holder, h.since.epochMillis, h.until.epochMillis, h.status, h.to, h.events]) AS rows
