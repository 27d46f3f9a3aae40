// Set the name that is shown with a party: that of the latest enrolment in force, else its short id.
// params:  rows
UNWIND $rows AS row
MATCH (p:Enterprise {id: row.id})
OPTIONAL MATCH (p)<-[r:ENROLS]-(e:Event)
WHERE r.name IS NOT NULL
WITH p, row, r, e
ORDER BY r.time, e.id
WITH p, row, collect(r.name) AS names
SET p.name = coalesce(last(names), row.name)
