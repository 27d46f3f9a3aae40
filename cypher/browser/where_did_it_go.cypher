// Where did this cell go: every whole it was in and everything it became, and for which time.
// params: cell
// run:    in Neo4j Browser, after :params on the first slide; the Table view shows the times
MATCH path = (:Item {id: $cell})-[:PART_OF|BECAME*1..12]->(y:Item)
WITH path, y, reduce(
  w = {since: datetime('0001-01-01T00:00:00Z'), until: datetime('9999-12-31T23:59:59.999Z')},
  e IN relationships(path) |
  CASE
    WHEN w IS NULL THEN null
    // inside: the time that the path so far and this stay have in common
    WHEN type(e) = 'PART_OF' AND e.since < w.until AND w.since < e.until THEN {
      since: CASE WHEN e.since > w.since THEN e.since ELSE w.since END,
      until: CASE WHEN e.until < w.until THEN e.until ELSE w.until END}
    // turned into another item: from that time on, if it was there at that time
    WHEN type(e) = 'BECAME' AND w.since <= e.since AND e.since < w.until THEN {
      since: e.since, until: datetime('9999-12-31T23:59:59.999Z')}
  END) AS w
WHERE w IS NOT NULL
// a consumed item ends there; a lot may be consumed in parts
WITH path, y, w.since AS since,
     CASE WHEN y.kind <> 'lot' AND y.consumed < w.until THEN y.consumed ELSE w.until END AS until
WHERE since <= until
WITH y, since, until, collect(path)[0] AS path
RETURN y.name AS reached, y.kind AS kind, since, until, length(path) AS steps, path
ORDER BY steps, reached, since
LIMIT 300
