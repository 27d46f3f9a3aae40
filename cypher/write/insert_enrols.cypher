// Add enrolments that are known from now on.
// params:  rows, open
// returns: stored
UNWIND $rows AS row
MATCH (a:Event {id: row.event})
MATCH (b:Enterprise {id: row.party})
MERGE (a)-[r:ENROLS {key: row.key}]->(b)
SET r.time = datetime({epochMillis: row.time, timezone: '+08:00'}),
  r.name = row.name,
  r.known_from = datetime({epochMillis: row.known_from, timezone: '+08:00'}), r.known_until = $open
RETURN count(r) AS stored
