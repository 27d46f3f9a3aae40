// A page of what own custody leaves with a party, inside nothing then, and what may be in conflict with it, as known now.
// params:  party, quoted, at, after, most
// returns: named, items, rows, suspects, edges, holdings, facts
// order:   x.id
CALL () {
  OPTIONAL MATCH (p:Enterprise {id: $party})
  RETURN CASE WHEN p.known_from IS NOT NULL THEN [p.id, p.known_from.epochMillis, p.named] END AS named
}
CALL () {
  MATCH (x:Item)-[h:HELD_BY]->() USING INDEX SEEK h:HELD_BY(holder, until)
  WHERE h.holder = $party AND $at < h.until AND h.since <= $at AND x.kind IS NOT NULL AND NOT EXISTS {
    MATCH (x)-[e:PART_OF]->()
    WHERE e.since <= $at AND $at < e.until
  }
  RETURN collect([x, h, x.kind]) AS free, count(DISTINCT x) AS items
}
CALL (free) {
  UNWIND free AS one
  WITH one[0] AS x, one[1] AS h, one[2] AS kind
  WHERE x.id > $after
  WITH x, h, kind
  ORDER BY x.id
  LIMIT $most
  CALL (x) {
    MATCH (x)-[e:PART_OF]->()
    WHERE e.since < e.until AND e.until <= $at
    RETURN max(e.until) AS out
  }
  WITH x, kind, h, CASE WHEN out > h.since THEN out ELSE h.since END AS since
  ORDER BY x.id
  RETURN collect([x.id, kind, since.epochMillis, h.status]) AS rows
}
CALL () {
  CALL () {
    MATCH (x:Item {contested: true}) USING INDEX SEEK x:Item(contested)
    RETURN x
    UNION
    MATCH (x:Item {on_cycle: true}) USING INDEX SEEK x:Item(on_cycle)
    RETURN x
  }
  MATCH (x)(()-[e:PART_OF WHERE e.since <= $at AND $at < e.until]->())*(y)
  WITH DISTINCT x, y
  WHERE y.facts CONTAINS $quoted OR EXISTS {
      MATCH (y)-[h:HELD_BY]->()
      WHERE h.holder = $party AND h.since <= $at AND $at < h.until
    }
  RETURN collect(DISTINCT x) AS disputed
}
CALL (disputed) {
  UNWIND disputed AS x
  MATCH (x)(()<-[e:PART_OF WHERE e.since <= $at AND $at < e.until]-())*(z)
  WITH DISTINCT z
  MATCH (z)-[:PART_OF*0..]->(y)
  WITH DISTINCT y
  RETURN collect(y) AS xs
}
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
RETURN named, items, rows, [x IN disputed | x.id] AS suspects, edges, holdings,
  [x IN xs WHERE x.facts IS NOT NULL | [x.id, x.facts]] AS facts
