// Mentions of items by hand-overs of custody in force, as known then.
// params:  ids, known_at
// returns: rows
UNWIND $ids AS id
MATCH (x:Item {id: id})<-[m:NAMES|NAMES_SUPERSEDED]-(e:Event)
WHERE m.role = 'moved' AND m.known_from <= $known_at AND $known_at < m.known_until
RETURN collect([x.id, m.time.epochMillis, e.id, m.role, m.other, m.party, m.detail]) AS rows
