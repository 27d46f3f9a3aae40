// Enrolments in force of parties, as known then.
// params:  ids, known_at
// returns: rows
UNWIND $ids AS id
MATCH (p:Enterprise {id: id})<-[r:ENROLS|ENROLS_SUPERSEDED]-(e:Event)
WHERE r.known_from <= $known_at AND $known_at < r.known_until
RETURN collect([p.id, r.time.epochMillis, e.id]) AS rows
