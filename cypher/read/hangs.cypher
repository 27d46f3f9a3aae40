// Whose custody hangs on wholes from a moment on, between two keys each; a key begins with whole and moment.
// params:  ranges
// returns: rows
UNWIND $ranges AS range
MATCH (h:Hang) USING INDEX SEEK h:Hang(key)
WHERE h.key >= range[0] AND h.key < range[1]
RETURN collect([h.whole, h.at.epochMillis, h.part]) AS rows
