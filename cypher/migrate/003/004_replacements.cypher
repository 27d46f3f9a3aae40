// Rename the relationship type `PUTS_IN` to `REPLACES_WITH`.
// params:  most
// returns: rows
MATCH (c:Event)-[r:PUTS_IN]->(e:Event)
WITH c, r, e
LIMIT $most
MERGE (c)-[:REPLACES_WITH]->(e)
DELETE r
RETURN count(*) AS rows
