// Mentions of items by hand-overs of custody in force, as known now.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (x:Item {id: id})<-[m:NAMES]-(e:Event)
WHERE m.role = 'moved'
RETURN collect([x.id, m.time.epochMillis, e.id, m.role, m.other, m.party, m.detail]) AS rows
