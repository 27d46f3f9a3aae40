// Add BECAME edges that are known from now on.
// params:  rows, open
// returns: stored
UNWIND $rows AS row
MATCH (a:Item {id: row.source})
MATCH (b:Item {id: row.target})
MERGE (a)-[r:BECAME {key: row.key}]->(b)
SET r.since = datetime({epochMillis: row.since, timezone: '+08:00'}),
  r.until = datetime({epochMillis: row.since, timezone: '+08:00'}),
  r.events = row.events,
  r.known_from = datetime({epochMillis: row.known_from, timezone: '+08:00'}), r.known_until = $open
RETURN count(r) AS stored
