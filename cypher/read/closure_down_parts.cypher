// All PART_OF edges that leave an item or anything it leads to, time ignored, nearest first, as known now.
// params:  id, most
// returns: ids, kinds, consumed, near, far, inside, since, until, events
MATCH (s:Item {id: $id})
MATCH (s)-[:PART_OF*0..]->(x)
WITH DISTINCT x
LIMIT $most
WITH collect(x) AS xs
CALL (xs) {
  UNWIND xs AS x
  MATCH (x)-[r:PART_OF]->(y)
  RETURN collect(x.id) AS near, collect(y.id) AS far, collect(true) AS inside,
    collect(r.since.epochMillis) AS since, collect(r.until.epochMillis) AS until, collect(r.events) AS events
}
RETURN [x IN xs | x.id] AS ids, [x IN xs | x.kind] AS kinds, [x IN xs | x.consumed.epochMillis] AS consumed,
  near, far, inside, since, until, events
