// Add terms that are known from now on.
// params:  rows, open
// returns: stored
UNWIND $rows AS row
MERGE (t:Term {key: row.key})
SET t.name = row.label, t.text = row.text, t.subject = row.subject, t.field = row.field, t.event = row.event, t.is_party = row.is_party, t.reversed = row.reversed,
  t.known_from = datetime({epochMillis: row.known_from, timezone: '+08:00'}), t.known_until = $open
RETURN count(t) AS stored
