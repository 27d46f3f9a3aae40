// What one correction changed: the stays that were believed until it arrived, and those believed since.
// params: correction
// run:    in Neo4j Browser, after :params on the first slide
MATCH (c:Event {id: $correction})-[:CORRECTS]->(:Event)-[:NAMES|NAMES_SUPERSEDED]->(:Item)-[e:PART_OF|PART_OF_SUPERSEDED]-(:Item)
WHERE e.known_until = c.recorded OR e.known_from = c.recorded
WITH DISTINCT c, e, startNode(e) AS part, endNode(e) AS whole
RETURN CASE WHEN e.known_until = c.recorded THEN 'no longer believed' ELSE 'believed since' END AS verdict,
       part.name AS part, whole.name AS whole, e.since AS since, e.until AS until
ORDER BY verdict DESC, since, part
LIMIT 100
