// All superseded facts of items, in place of what was kept.
// params:  rows
UNWIND $rows AS row
MATCH (x:Item {id: row.id})
SET x.past = row.past
