// Edges from parts to wholes, as known then.
// params:  ids, known_at
// returns: rows
UNWIND $ids AS id
MATCH (a:Item {id: id})-[r:PART_OF|PART_OF_SUPERSEDED]->(b:Item)
WHERE r.known_from <= $known_at AND $known_at < r.known_until
RETURN collect([a.id, b.id, r.since.epochMillis, r.until.epochMillis, r.events]) AS rows
