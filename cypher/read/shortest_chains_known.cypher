// The shortest chains downstream from one item to another, time ignored, with the layers reported, as known then.
// params:  source, destination, most, known_at, known_text
// returns: chains, ids, kinds, consumed, past, uncoded, layers, near, far, inside, since, until, events
MATCH (a:Item {id: $source})
MATCH (b:Item {id: $destination})
CALL (a, b) {
  WITH a, b
  WHERE a <> b
  MATCH p = ALL SHORTEST (a)(()-[e:PART_OF|PART_OF_SUPERSEDED|BECAME|BECAME_SUPERSEDED WHERE e.known_from <= $known_at AND $known_at < e.known_until]->())+(b)
  WITH p
  LIMIT $most
  RETURN collect(p) AS ps
}
CALL (a, b, ps) {
  UNWIND [[a, b]] + [p IN ps | nodes(p)] AS some
  UNWIND some AS x
  RETURN collect(DISTINCT x) AS xs
}
CALL (ps) {
  UNWIND ps AS p
  UNWIND relationships(p) AS r
  WITH DISTINCT r
  RETURN collect(startNode(r).id) AS near, collect(endNode(r).id) AS far, collect(type(r) STARTS WITH 'PART_OF') AS inside,
    collect(r.since.epochMillis) AS since, collect(r.until.epochMillis) AS until, collect(r.events) AS events
}
CALL (xs) {
  UNWIND xs AS w
  MATCH (w)<-[r:PART_OF|PART_OF_SUPERSEDED]-(y)
  WHERE r.known_from <= $known_at AND $known_at < r.known_until
  WITH DISTINCT w.id AS whole, CASE WHEN y.facts IS NOT NULL AND y.known_from <= $known_at THEN y.kind
    ELSE head([p IN y.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13) | split(p, '"')[5]]) END AS kind
  WHERE kind IS NOT NULL
  RETURN collect([whole, kind]) AS layers
}
RETURN size(ps) AS chains, [x IN xs | x.id] AS ids,
  [x IN xs | CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.kind END] AS kinds,
  [x IN xs | CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.consumed.epochMillis END] AS consumed,
  [x IN xs | head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13)])] AS past,
  [x IN xs WHERE x.kind IN ['vehicle', 'pack', 'module'] AND x.known_from <= $known_at | [x.id, CASE WHEN x.facts ENDS WITH ']]]' THEN x.facts END]] AS uncoded,
  layers, near, far, inside, since, until, events
