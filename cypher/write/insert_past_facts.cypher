// Add superseded facts of items; of two versions known since the same moment the last one counts.
// params:  rows
UNWIND $rows AS row
MATCH (x:Item {id: row.id})
SET x.past = [p IN coalesce(x.past, []) WHERE NOT substring(p, 2, 13) IN row.since] + row.past
