// The journal in order of arrival.
// params:  after, most
// returns: rows
// order:   e.position
MATCH (e:Event) USING INDEX SEEK e:Event(position)
WHERE e.position > $after
WITH e
ORDER BY e.position
LIMIT $most
RETURN collect([e.position, e.recorded.epochMillis, e.id, e.type, e.time.epochMillis, e.reporter, e.event, e.sent, e.warnings,
  e.submitter, e.digest]) AS rows
