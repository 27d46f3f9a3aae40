// The journal in order of arrival, of one type of event.
// params:  type, after, most
// returns: rows
// order:   e.position
MATCH (e:Event) USING INDEX SEEK e:Event(type, position)
WHERE e.type = $type AND e.position > $after
WITH e
ORDER BY e.position
LIMIT $most
RETURN collect([e.position, e.recorded.epochMillis, e.id, e.type, e.time.epochMillis, e.reporter, e.event, e.sent, e.warnings,
  e.submitter, e.digest]) AS rows
