// Supersede mentions: copy them to the superseded ones if they were known for a time, and delete them.
// params:  rows
UNWIND $rows AS row
MATCH (a)-[r:NAMES {key: row.key}]->(b) USING INDEX SEEK r:NAMES(key)
WITH row, a, b, r, r {.time, .role, .item, .other, .party, .detail, .known_from} AS was,
  r.known_from AS known_from, datetime({epochMillis: row.known_until, timezone: '+08:00'}) AS known_until
DELETE r
FOREACH (_ IN CASE WHEN known_from < known_until THEN [1] ELSE [] END |
  MERGE (a)-[s:NAMES_SUPERSEDED {key: row.key + '\n' + toString(known_from.epochMillis)}]->(b)
  SET s += was
  SET s.known_until = known_until)
