// All edges that enter items, with the nodes at both ends, as known now.
// params:  ids
// returns: ids, kinds, consumed, near, far, inside, since, until, events
UNWIND $ids AS id
MATCH (x:Item {id: id})
WITH collect(x) AS xs
CALL (xs) {
  UNWIND xs AS x
  MATCH (x)<-[r:PART_OF|BECAME]-(y)
  RETURN collect(x.id) AS near, collect(y.id) AS far, collect(type(r) = 'PART_OF') AS inside,
    collect(r.since.epochMillis) AS since, collect(r.until.epochMillis) AS until, collect(r.events) AS events, collect(DISTINCT y) AS ys
}
RETURN [x IN xs + ys | x.id] AS ids, [x IN xs + ys | x.kind] AS kinds, [x IN xs + ys | x.consumed.epochMillis] AS consumed,
  near, far, inside, since, until, events
