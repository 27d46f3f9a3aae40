// Items as known now.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (x:Item {id: id})
RETURN collect([x.id, x.facts, x.known_from.epochMillis, x.head, x.contested, x.ringed]) AS rows
