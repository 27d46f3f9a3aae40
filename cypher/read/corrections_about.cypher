// Corrections that have, or target, one of these ids.
// params:  ids
// returns: rows
UNWIND $ids AS id
CALL (id) {
  MATCH (c:Event {id: id}) USING INDEX SEEK c:Event(id)
  WHERE c:Correction
  RETURN c
  UNION
  MATCH (c:Correction {target: id}) USING INDEX SEEK c:Correction(target)
  RETURN c
}
WITH DISTINCT c
RETURN collect([c.id, c.target, c.time.epochMillis, c.recorded.epochMillis, c.replaces]) AS rows
