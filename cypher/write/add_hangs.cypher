// What the custody of parts hangs on; nodes without edges, so that no picture shows them unasked.
// params:  rows
UNWIND $rows AS row
MERGE (h:Hang {key: row.key})
ON CREATE SET h.name = row.name, h.whole = row.whole, h.at = datetime({epochMillis: row.at, timezone: '+08:00'}), h.part = row.part
