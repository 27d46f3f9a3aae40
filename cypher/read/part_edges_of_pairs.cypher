// Edges of pairs of a part and a whole, as known now; the key of an edge begins with both.
// params:  prefixes
// returns: rows
UNWIND $prefixes AS prefix
MATCH (a)-[r:PART_OF]->(b) USING INDEX SEEK r:PART_OF(key)
WHERE r.key STARTS WITH prefix
RETURN collect([a.id, b.id, r.since.epochMillis, r.until.epochMillis, r.events]) AS rows
