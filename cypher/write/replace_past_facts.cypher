// Replace all superseded facts of items.
// params:  rows
UNWIND $rows AS row
MATCH (x:Item {id: row.id})
SET x.past = row.past
