// Q17: which stays depend on this report, so that withdrawing it would change them?
// params: event
// run:    in Neo4j Browser; for a correction that has arrived: what_a_correction_changed.cypher, `lineage impact --changed-since`
MATCH (e:Event {id: $event})-[:NAMES]->(x:Item)-[stay:PART_OF]-(y:Item)
WHERE $event IN stay.events
WITH DISTINCT stay, startNode(stay) AS part, endNode(stay) AS whole
RETURN part.id AS part, whole.id AS whole, stay.since AS since, stay.until AS until
ORDER BY part, whole, since
LIMIT 1000
