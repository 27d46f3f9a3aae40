// Items that may be in conflict with a party among the holders at a moment, and all items inside them, as known then.
// params:  party, quoted, at, known_at, known_text
// returns: rows
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
WITH collect(DISTINCT x) AS disputed
CALL (disputed) {
  UNWIND disputed AS x
  MATCH (x)(()<-[e:PART_OF|PART_OF_SUPERSEDED WHERE e.since <= $at AND $at < e.until AND e.known_from <= $known_at AND $known_at < e.known_until]-())*(z)
  RETURN collect(DISTINCT z) AS zs
}
RETURN [z IN zs | [z.id, NOT z IN disputed]] AS rows
