// Mentions of items by events in force at exactly one moment each; a key of a mention begins with both.
// params:  prefixes
// returns: rows
UNWIND $prefixes AS prefix
MATCH (e)-[m:NAMES]->() USING INDEX SEEK m:NAMES(key)
WHERE m.key STARTS WITH prefix
RETURN collect([m.item, m.time.epochMillis, e.id, m.role, m.other, m.party, m.detail]) AS rows
