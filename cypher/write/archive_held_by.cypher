// Supersede HELD_BY edges: copy them to the superseded ones if they were known for a time, and delete them.
// params:  rows
UNWIND $rows AS row
MATCH (a)-[r:HELD_BY {key: row.key}]->(b) USING INDEX SEEK r:HELD_BY(key)
WITH row, a, b, r, r {.since, .until, .holder, .status, .to, .events, .known_from} AS was,
  r.known_from AS known_from, datetime({epochMillis: row.known_until, timezone: '+08:00'}) AS known_until
DELETE r
FOREACH (_ IN CASE WHEN known_from < known_until THEN [1] ELSE [] END |
  MERGE (a)-[s:HELD_BY_SUPERSEDED {key: row.key + '\n' + toString(known_from.epochMillis)}]->(b)
  SET s += was
  SET s.known_until = known_until)
