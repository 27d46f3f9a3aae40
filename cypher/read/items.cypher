// Items as known now.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (x:Item {id: id})
RETURN collect([x.id, x.facts, x.known_from.epochMillis, x.checkpoint, x.contested, x.on_cycle]) AS rows
