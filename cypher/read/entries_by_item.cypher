// The journal in order of arrival, of the events that name one item, perhaps of one reporter or type only.
// params:  item, reporter, type, after, most
// returns: rows
// order:   e.position
MATCH (x:Item {id: $item})<-[:NAMES|NAMES_SUPERSEDED]-(e:Event) USING INDEX SEEK x:Item(id)
WHERE e.position > $after AND ($reporter IS NULL OR e.reporter = $reporter) AND ($type IS NULL OR e.type = $type)
WITH DISTINCT e
ORDER BY e.position
LIMIT $most
RETURN collect([e.position, e.recorded.epochMillis, e.id, e.type, e.time.epochMillis, e.reporter, e.event, e.sent, e.warnings,
  e.submitter, e.digest]) AS rows
