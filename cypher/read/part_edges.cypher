// Edges from parts to wholes, as known now.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (a:Item {id: id})-[r:PART_OF]->(b:Item)
RETURN collect([a.id, b.id, r.since.epochMillis, r.until.epochMillis, r.events]) AS rows
