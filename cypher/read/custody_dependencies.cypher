// Custody that depends on wholes from a moment on, between two keys each; a key begins with whole and moment.
// params:  ranges
// returns: rows
UNWIND $ranges AS range
MATCH (d:CustodyDependency) USING INDEX SEEK d:CustodyDependency(key)
WHERE d.key >= range[0] AND d.key < range[1]
RETURN collect([d.whole, d.at.epochMillis, d.part]) AS rows
