// Kind and last consumption of items, as known now.
// params:  ids
// returns: ids, kinds, consumed
UNWIND $ids AS id
MATCH (x:Item {id: id})
WITH collect(x) AS xs
RETURN [x IN xs | x.id] AS ids, [x IN xs | x.kind] AS kinds, [x IN xs | x.consumed.epochMillis] AS consumed
