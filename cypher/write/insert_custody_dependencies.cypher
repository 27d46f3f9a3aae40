// Add custody dependencies; nodes without edges, so that no picture shows them unasked.
// params:  rows
UNWIND $rows AS row
MERGE (d:CustodyDependency {key: row.key})
ON CREATE SET d.name = row.name, d.whole = row.whole, d.at = datetime({epochMillis: row.at, timezone: '+08:00'}), d.part = row.part
