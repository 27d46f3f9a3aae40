// PART_OF edges, holdings and facts of items and of everything that they were ever inside, as known now.
// params:  ids
// returns: edges, holdings, facts
UNWIND $ids AS id
MATCH (s:Item {id: id})
MATCH (s)-[:PART_OF*0..]->(x)
WITH DISTINCT x
WITH collect(x) AS xs
CALL (xs) {
  UNWIND xs AS a
  MATCH (a)-[r:PART_OF]->(b)
  RETURN collect([a.id, b.id, r.since.epochMillis, r.until.epochMillis, r.events]) AS edges
}
CALL (xs) {
  UNWIND xs AS x
  MATCH (x)-[h:HELD_BY]->()
  RETURN collect([x.id, h.holder, h.since.epochMillis, h.until.epochMillis, h.status, h.to, h.events]) AS holdings
}
RETURN edges, holdings, [x IN xs WHERE x.facts IS NOT NULL | [x.id, x.facts]] AS facts
