// Mentions of items by events in force, as known now.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (x:Item {id: id})<-[m:NAMES]-(e:Event)
RETURN collect([x.id, m.time.epochMillis, e.id, m.role, m.other, m.party, m.detail]) AS rows
