// What one correction changed: the stays that were believed until it arrived, and those believed since.
// params:  correction
// returns: part, whole, since, until, verdict, a, edge, b
// order:   since, part, verdict
// run:     set the parameters on the first slide, then click and run; the Table view reads best
MATCH (c:Event {id: $correction})
MATCH (a:Item)-[edge:PART_OF|PART_OF_SUPERSEDED]->(b:Item)
WHERE edge.known_until = c.recorded OR edge.known_from = c.recorded
RETURN a.name AS part, b.name AS whole, edge.since AS since, edge.until AS until,
       CASE WHEN edge.known_until = c.recorded THEN 'no longer believed' ELSE 'believed since' END AS verdict, a, edge, b
ORDER BY since, part, verdict
LIMIT 100
