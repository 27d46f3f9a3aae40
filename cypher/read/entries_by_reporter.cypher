// The journal in order of arrival, of one reporter, perhaps of one type only.
// params:  reporter, type, after, most
// returns: rows
// order:   e.position
MATCH (e:Event) USING INDEX SEEK e:Event(reporter, position)
WHERE e.reporter = $reporter AND e.position > $after AND ($type IS NULL OR e.type = $type)
WITH e
ORDER BY e.position
LIMIT $most
RETURN collect([e.position, e.recorded.epochMillis, e.id, e.type, e.time.epochMillis, e.reporter, e.event, e.sent, e.warnings,
  e.submitter, e.digest]) AS rows
