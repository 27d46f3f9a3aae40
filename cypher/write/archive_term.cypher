// Supersede terms: copy them to the superseded ones if they were known for a time, and delete them.
// params:  rows
UNWIND $rows AS row
MATCH (t:Term {key: row.key}) USING INDEX SEEK t:Term(key)
WITH row, t, t {.name, .text, .subject, .field, .event, .is_party, .reversed, .known_from} AS was, t.known_from AS known_from,
  datetime({epochMillis: row.known_until, timezone: '+08:00'}) AS known_until
DELETE t
FOREACH (_ IN CASE WHEN known_from < known_until THEN [1] ELSE [] END |
  MERGE (s:SupersededTerm {key: row.key + '\n' + toString(known_from.epochMillis)})
  SET s += was
  SET s.known_until = known_until)
