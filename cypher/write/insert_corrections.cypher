// Mark events as corrections, with what they target.
// params:  rows
UNWIND $rows AS row
MERGE (e:Event {id: row.id})
SET e:Correction, e.target = row.target, e.replaces = row.replaces,
  e.time = datetime({epochMillis: row.time, timezone: '+08:00'}), e.recorded = datetime({epochMillis: row.recorded, timezone: '+08:00'})
