// Add parties that something refers to, named by an event so far or not.
// params:  rows
UNWIND $rows AS row
MERGE (p:Enterprise {id: row.id})
ON CREATE SET p.name = row.name
