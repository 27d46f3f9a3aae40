// Add mentions that are known from now on.
// params:  rows, open
// returns: stored
UNWIND $rows AS row
MATCH (a:Event {id: row.event})
MATCH (b:Item {id: row.about})
MERGE (a)-[r:NAMES {key: row.key}]->(b)
SET r.time = datetime({epochMillis: row.time, timezone: '+08:00'}),
  r.role = row.role,
  r.item = row.about,
  r.other = row.other,
  r.party = row.party,
  r.detail = row.detail,
  r.known_from = datetime({epochMillis: row.known_from, timezone: '+08:00'}), r.known_until = $open
RETURN count(r) AS stored
