// Add PART_OF edges that were known for a time.
// params:  rows, open
// returns: stored
UNWIND $rows AS row
MATCH (a:Item {id: row.source})
MATCH (b:Item {id: row.target})
MERGE (a)-[r:PART_OF_SUPERSEDED {key: row.key}]->(b)
SET r.since = datetime({epochMillis: row.since, timezone: '+08:00'}),
  r.until = CASE WHEN row.until IS NULL THEN $open ELSE datetime({epochMillis: row.until, timezone: '+08:00'}) END,
  r.events = row.events,
  r.known_from = datetime({epochMillis: row.known_from, timezone: '+08:00'}), r.known_until = datetime({epochMillis: row.known_until, timezone: '+08:00'})
RETURN count(r) AS stored
