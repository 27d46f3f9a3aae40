// Items that may be in conflict with a party among the holders at a moment, and all items inside them, as known now.
// params:  party, quoted, at
// returns: rows
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
WITH collect(DISTINCT x) AS disputed
CALL (disputed) {
  UNWIND disputed AS x
  MATCH (x)(()<-[e:PART_OF WHERE e.since <= $at AND $at < e.until]-())*(z)
  RETURN collect(DISTINCT z) AS zs
}
RETURN [z IN zs | [z.id, NOT z IN disputed]] AS rows
