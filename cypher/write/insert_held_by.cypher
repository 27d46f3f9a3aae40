// Add HELD_BY edges that are known from now on.
// params:  rows, open
// returns: stored
UNWIND $rows AS row
MATCH (a:Item {id: row.item})
MATCH (b:Enterprise {id: row.party})
MERGE (a)-[r:HELD_BY {key: row.key}]->(b)
SET r.since = datetime({epochMillis: row.since, timezone: '+08:00'}),
  r.until = CASE WHEN row.until IS NULL THEN $open ELSE datetime({epochMillis: row.until, timezone: '+08:00'}) END,
  r.holder = row.party,
  r.status = row.status,
  r.to = row.to,
  r.events = row.events,
  r.known_from = datetime({epochMillis: row.known_from, timezone: '+08:00'}), r.known_until = $open
RETURN count(r) AS stored
