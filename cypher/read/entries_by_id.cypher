// Rows of the journal with these event ids.
// params:  ids
// returns: rows
UNWIND $ids AS id
MATCH (e:Event {id: id}) USING INDEX SEEK e:Event(id)
WHERE e.position IS NOT NULL
RETURN collect([e.position, e.recorded.epochMillis, e.id, e.type, e.time.epochMillis, e.reporter, e.event, e.sent, e.warnings,
  e.submitter, e.digest]) AS rows
