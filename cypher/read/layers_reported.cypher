// Kinds of what was ever put into items, as known now.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (w:Item {id: id})<-[r:PART_OF]-(x:Item)
WITH DISTINCT w.id AS whole, x.kind AS kind
WHERE kind IS NOT NULL
RETURN collect([whole, kind]) AS rows
