// Delete edges that follow from no event any more.
// params:  ids
UNWIND $ids AS id
MATCH ()-[r]->()
WHERE elementId(r) = id
DELETE r
