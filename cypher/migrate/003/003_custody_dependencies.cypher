// Rename the label `Hang` to `CustodyDependency`.
// params:  most
// returns: rows
MATCH (d:Hang)
WITH d
LIMIT $most
SET d:CustodyDependency
REMOVE d:Hang
RETURN count(d) AS rows
