// Add rows of the journal.
// params:  rows
UNWIND $rows AS row
MERGE (e:Event {id: row.id})
SET e.name = row.name, e.type = row.type, e.time = datetime({epochMillis: row.time, timezone: '+08:00'}),
  e.recorded = datetime({epochMillis: row.recorded, timezone: '+08:00'}), e.position = row.position, e.reporter = row.reporter,
  e.event = row.event, e.sent = row.sent, e.warnings = row.warnings, e.submitter = row.submitter, e.digest = row.digest
