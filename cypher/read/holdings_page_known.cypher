// A page of what own custody leaves with a party, inside nothing then, and what may be in conflict with it, as known then.
// params:  party, quoted, at, after, most, known_at, known_text
// returns: named, items, rows, suspects, edges, holdings, facts
// order:   x.id
CALL () {
  OPTIONAL MATCH (p:Enterprise {id: $party})
  RETURN CASE WHEN p.known_from IS NOT NULL THEN [p.id, p.known_from.epochMillis, p.named] END AS named
}
CALL () {
  CALL () {
    MATCH (x:Item)-[h:HELD_BY]->() USING INDEX SEEK h:HELD_BY(holder, until)
    WHERE h.holder = $party AND $at < h.until AND h.since <= $at AND h.known_from <= $known_at
    RETURN x, h
    UNION ALL
    MATCH (x:Item)-[h:HELD_BY_SUPERSEDED]->() USING INDEX SEEK h:HELD_BY_SUPERSEDED(holder, until)
    WHERE h.holder = $party AND $at < h.until AND h.since <= $at AND h.known_from <= $known_at AND $known_at < h.known_until
    RETURN x, h
  }
  WITH x, h, CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.kind
    ELSE head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13) | split(p, '"')[5]]) END AS kind
  WHERE kind IS NOT NULL AND NOT EXISTS {
    MATCH (x)-[e:PART_OF|PART_OF_SUPERSEDED]->()
    WHERE e.since <= $at AND $at < e.until AND e.known_from <= $known_at AND $known_at < e.known_until
  }
  RETURN collect([x, h, kind]) AS free, count(DISTINCT x) AS items
}
CALL (free) {
  UNWIND free AS one
  WITH one[0] AS x, one[1] AS h, one[2] AS kind
  WHERE x.id > $after
  WITH x, h, kind
  ORDER BY x.id
  LIMIT $most
  CALL (x) {
    MATCH (x)-[e:PART_OF|PART_OF_SUPERSEDED]->()
    WHERE e.since < e.until AND e.until <= $at AND e.known_from <= $known_at AND $known_at < e.known_until
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
  MATCH (x)(()-[e:PART_OF|PART_OF_SUPERSEDED WHERE e.since <= $at AND $at < e.until AND e.known_from <= $known_at AND $known_at < e.known_until]->())*(y)
  WITH DISTINCT x, y
  WHERE CASE WHEN y.facts IS NOT NULL AND y.known_from <= $known_at THEN y.facts
      ELSE head([p IN y.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13)]) END CONTAINS $quoted OR EXISTS {
      MATCH (y)-[h:HELD_BY|HELD_BY_SUPERSEDED]->()
      WHERE h.holder = $party AND h.since <= $at AND $at < h.until AND h.known_from <= $known_at AND $known_at < h.known_until
    }
  RETURN collect(DISTINCT x) AS disputed
}
CALL (disputed) {
  UNWIND disputed AS x
  MATCH (x)(()<-[e:PART_OF|PART_OF_SUPERSEDED WHERE e.since <= $at AND $at < e.until AND e.known_from <= $known_at AND $known_at < e.known_until]-())*(z)
  WITH DISTINCT z
  MATCH (z)(()-[e:PART_OF|PART_OF_SUPERSEDED WHERE e.known_from <= $known_at AND $known_at < e.known_until]->())*(y)
  WITH DISTINCT y
  RETURN collect(y) AS xs
}
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
RETURN named, items, rows, [x IN disputed | x.id] AS suspects, edges, holdings,
  [x IN xs | [x.id, CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.facts END,
    head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13)])]] AS facts
