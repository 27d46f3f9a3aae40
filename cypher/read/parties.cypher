// Parties, and when events in force named them.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (p:Enterprise {id: id})
WHERE p.known_from IS NOT NULL
RETURN collect([p.id, p.known_from.epochMillis, p.named]) AS rows
