// Ins and outs of pairs of a part and a whole.
// params:  pairs
// returns: rows
UNWIND $pairs AS pair
MATCH (e)-[m:NAMES]->() USING INDEX SEEK m:NAMES(item, other)
WHERE m.item = pair[0] AND m.other = pair[1] AND m.role IN ['put_in', 'taken_out']
RETURN collect([m.item, m.time.epochMillis, e.id, m.role, m.other, m.party, m.detail]) AS rows
