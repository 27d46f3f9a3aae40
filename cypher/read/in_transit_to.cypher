// Items in transit to a party at a moment, by own custody, as known now.
// params:  party, at, after, most
// returns: rows
// order:   x.id
MATCH (x:Item)-[h:HELD_BY]->() USING INDEX SEEK h:HELD_BY(to, until)
WHERE h.to = $party AND $at < h.until AND h.since <= $at AND x.id > $after
WITH x, h
ORDER BY x.id
LIMIT $most
RETURN collect([x.id, h.since.epochMillis, h.holder]) AS rows
