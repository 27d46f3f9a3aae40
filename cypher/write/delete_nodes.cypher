// Delete nodes that follow from no event any more.
// params:  ids
UNWIND $ids AS id
MATCH (n)
WHERE elementId(n) = id
DETACH DELETE n
