// Add terms that were known for a time.
// params:  rows
// returns: stored
UNWIND $rows AS row
MERGE (t:SupersededTerm {key: row.key})
SET t.name = row.label, t.text = row.text, t.subject = row.subject, t.field = row.field, t.event = row.event, t.is_party = row.is_party, t.reversed = row.reversed,
  t.known_from = datetime({epochMillis: row.known_from, timezone: '+08:00'}), t.known_until = datetime({epochMillis: row.known_until, timezone: '+08:00'})
RETURN count(t) AS stored
