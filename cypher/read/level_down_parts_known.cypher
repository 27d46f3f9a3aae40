// All PART_OF edges that leave items, with the nodes at both ends, as known then.
// params:  ids, known_at, known_text
// returns: ids, kinds, consumed, past, near, far, inside, since, until, events
UNWIND $ids AS id
MATCH (x:Item {id: id})
WITH collect(x) AS xs
CALL (xs) {
  UNWIND xs AS x
  MATCH (x)-[r:PART_OF|PART_OF_SUPERSEDED]->(y)
  WHERE r.known_from <= $known_at AND $known_at < r.known_until
  RETURN collect(x.id) AS near, collect(y.id) AS far, collect(true) AS inside,
    collect(r.since.epochMillis) AS since, collect(r.until.epochMillis) AS until, collect(r.events) AS events, collect(DISTINCT y) AS ys
}
RETURN [x IN xs + ys | x.id] AS ids,
  [x IN xs + ys | CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.kind END] AS kinds,
  [x IN xs + ys | CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.consumed.epochMillis END] AS consumed,
  [x IN xs + ys | head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13)])] AS past,
  near, far, inside, since, until, events
