// PART_OF edges, holdings and facts of items and of everything that they were ever inside, as known then.
// params:  ids, known_at, known_text
// returns: edges, holdings, facts
UNWIND $ids AS id
MATCH (s:Item {id: id})
MATCH (s)(()-[e:PART_OF|PART_OF_SUPERSEDED WHERE e.known_from <= $known_at AND $known_at < e.known_until]->())*(x)
WITH DISTINCT x
WITH collect(x) AS xs
CALL (xs) {
  UNWIND xs AS a
  MATCH (a)-[r:PART_OF|PART_OF_SUPERSEDED]->(b)
  WHERE r.known_from <= $known_at AND $known_at < r.known_until
  RETURN collect([a.id, b.id, r.since.epochMillis, r.until.epochMillis, r.events]) AS edges
}
CALL (xs) {
  UNWIND xs AS x
  MATCH (x)-[h:HELD_BY|HELD_BY_SUPERSEDED]->()
  WHERE h.known_from <= $known_at AND $known_at < h.known_until
  RETURN collect([x.id, h.holder, h.since.epochMillis, h.until.epochMillis, h.status, h.to, h.events]) AS holdings
}
RETURN edges, holdings, [x IN xs | [x.id, CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.facts END,
  head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13)])]] AS facts
