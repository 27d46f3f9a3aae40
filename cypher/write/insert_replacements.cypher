// Add events that corrections bring; they have no position in the journal.
// params:  rows
UNWIND $rows AS row
MERGE (e:Event {id: row.id})
SET e:Replacement, e.name = row.name, e.type = row.type, e.time = datetime({epochMillis: row.time, timezone: '+08:00'}),
  e.recorded = datetime({epochMillis: row.recorded, timezone: '+08:00'}), e.reporter = row.reporter, e.event = row.event
WITH row, e
MATCH (c:Event {id: row.correction})
MERGE (c)-[:REPLACES_WITH]->(e)
