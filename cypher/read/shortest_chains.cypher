// The shortest chains downstream from one item to another, time ignored, with the layers reported, as known now.
// params:  source, destination, most
// returns: chains, ids, kinds, consumed, uncoded, layers, near, far, inside, since, until, events
MATCH (a:Item {id: $source})
MATCH (b:Item {id: $destination})
CALL (a, b) {
  WITH a, b
  WHERE a <> b
  MATCH p = ALL SHORTEST (a)(()-[:PART_OF|BECAME]->())+(b)
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
  RETURN collect(startNode(r).id) AS near, collect(endNode(r).id) AS far, collect(type(r) = 'PART_OF') AS inside,
    collect(r.since.epochMillis) AS since, collect(r.until.epochMillis) AS until, collect(r.events) AS events
}
CALL (xs) {
  UNWIND xs AS w
  MATCH (w)<-[:PART_OF]-(y)
  WHERE w.kind IN ['vehicle', 'pack', 'module'] AND y.kind IS NOT NULL
  WITH DISTINCT w.id AS whole, y.kind AS kind
  RETURN collect([whole, kind]) AS layers
}
RETURN size(ps) AS chains, [x IN xs | x.id] AS ids, [x IN xs | x.kind] AS kinds, [x IN xs | x.consumed.epochMillis] AS consumed,
  [x IN xs WHERE x.kind IN ['vehicle', 'pack', 'module'] | [x.id, CASE WHEN x.facts ENDS WITH ']]]' THEN x.facts END]] AS uncoded,
  layers, near, far, inside, since, until, events
