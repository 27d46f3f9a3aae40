// Enrolments in force of parties, as known now.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (p:Enterprise {id: id})<-[r:ENROLS]-(e:Event)
RETURN collect([p.id, r.time.epochMillis, e.id]) AS rows
