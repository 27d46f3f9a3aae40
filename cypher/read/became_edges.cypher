// Edges of one input, output and instant each.
// params:  keys
// returns: rows
UNWIND $keys AS key
MATCH (a)-[r:BECAME]->(b) USING INDEX SEEK r:BECAME(key)
WHERE r.key = key
RETURN collect([a.id, b.id, r.since.epochMillis, r.until.epochMillis, r.events]) AS rows
