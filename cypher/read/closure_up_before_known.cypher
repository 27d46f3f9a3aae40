// All edges that enter an item or anything that leads to it up to a moment, nearest first, as known then.
// params:  id, most, until, known_at, known_text
// returns: covered, ids, kinds, consumed, past, uncoded, near, far, inside, since, until, events
MATCH (s:Item {id: $id})
MATCH (s)(()<-[e:PART_OF|PART_OF_SUPERSEDED|BECAME|BECAME_SUPERSEDED WHERE e.since <= $until AND e.known_from <= $known_at AND $known_at < e.known_until]-())*(x)
WITH DISTINCT x
LIMIT $most
WITH collect(x) AS xs
CALL (xs) {
  UNWIND xs AS x
  MATCH (x)<-[r:PART_OF|PART_OF_SUPERSEDED|BECAME|BECAME_SUPERSEDED]-(y)
  WHERE r.known_from <= $known_at AND $known_at < r.known_until
  RETURN collect(x.id) AS near, collect(y.id) AS far, collect(type(r) STARTS WITH 'PART_OF') AS inside,
    collect(r.since.epochMillis) AS since, collect(r.until.epochMillis) AS until, collect(r.events) AS events, collect(DISTINCT y) AS ys
}
RETURN size(xs) AS covered, [x IN xs + ys | x.id] AS ids,
  [x IN xs + ys | CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.kind END] AS kinds,
  [x IN xs + ys | CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.consumed.epochMillis END] AS consumed,
  [x IN xs + ys | head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13)])] AS past,
  [x IN xs WHERE x.kind IN ['vehicle', 'pack', 'module'] AND x.known_from <= $known_at | [x.id, CASE WHEN x.facts ENDS WITH ']]]' THEN x.facts END]] AS uncoded,
  near, far, inside, since, until, events
