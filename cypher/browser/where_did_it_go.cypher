// Where did this cell go: every whole it was in and everything it became, with the time for which that holds.
// params:  cell
// returns: reached, kind, since, until, path
// order:   steps, reached, since
// run:     set the parameters on the first slide, then click and run; the Table view shows the times
MATCH path = (:Item {id: $cell})-[:PART_OF|BECAME*1..12]->(y:Item)
WITH path, y, reduce(
  w = {since: datetime('0001-01-01T00:00:00Z'), until: datetime('9999-12-31T23:59:59.999Z')},
  e IN relationships(path) |
  CASE
    WHEN w IS NULL THEN null
    // inside: the times that the way so far and this stay have in common
    WHEN type(e) = 'PART_OF' AND e.since < w.until AND w.since < e.until THEN {
      since: CASE WHEN e.since > w.since THEN e.since ELSE w.since END,
      until: CASE WHEN e.until < w.until THEN e.until ELSE w.until END}
    // changed into something: from that moment on, if it got there in time
    WHEN type(e) = 'BECAME' AND w.since <= e.since AND e.since < w.until THEN {
      since: e.since, until: datetime('9999-12-31T23:59:59.999Z')}
  END) AS w
WHERE w IS NOT NULL
RETURN y.name AS reached, y.kind AS kind, w.since AS since, w.until AS until, path, length(path) AS steps
ORDER BY steps, reached, since
LIMIT 300
