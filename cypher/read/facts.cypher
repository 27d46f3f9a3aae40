// Facts of items as known now.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (x:Item {id: id})
WHERE x.facts IS NOT NULL
RETURN collect([x.id, x.facts]) AS rows
