// All edges that enter an item or anything that leads to it up to a moment, nearest first, as known now.
// params:  id, most, until
// returns: covered, ids, kinds, consumed, uncoded, near, far, inside, since, until, events
MATCH (s:Item {id: $id})
MATCH (s)(()<-[e:PART_OF|BECAME WHERE e.since <= $until]-())*(x)
WITH DISTINCT x
LIMIT $most
WITH collect(x) AS xs
CALL (xs) {
  UNWIND xs AS x
  MATCH (x)<-[r:PART_OF|BECAME]-(y)
  RETURN collect(x.id) AS near, collect(y.id) AS far, collect(type(r) = 'PART_OF') AS inside,
    collect(r.since.epochMillis) AS since, collect(r.until.epochMillis) AS until, collect(r.events) AS events, collect(DISTINCT y) AS ys
}
RETURN size(xs) AS covered, [x IN xs + ys | x.id] AS ids,
  [x IN xs + ys | x.kind] AS kinds,
  [x IN xs + ys | x.consumed.epochMillis] AS consumed,
  [x IN xs WHERE x.kind IN ['vehicle', 'pack', 'module'] | [x.id, CASE WHEN x.facts ENDS WITH ']]]' THEN x.facts END]] AS uncoded,
  near, far, inside, since, until, events
