// Store when events in force have named parties.
// params:  rows
UNWIND $rows AS row
MERGE (p:Enterprise {id: row.id})
ON CREATE SET p.name = row.name
SET p.known_from = datetime({epochMillis: row.known_from, timezone: '+08:00'}), p.named = row.named, p.reversed = row.reversed
