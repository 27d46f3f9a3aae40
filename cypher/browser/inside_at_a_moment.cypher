// Q2: which parts were in this vehicle at that time?
// params: vehicle, at
// run:    in Neo4j Browser; the same as `lineage composition VIN --at`
MATCH path = (part:Item)-[:PART_OF*1..4]->(:Item {id: $vehicle})
WHERE all(stay IN relationships(path) WHERE stay.since <= datetime($at) AND datetime($at) < stay.until)
RETURN part.id AS part, part.kind AS kind, length(path) AS depth
ORDER BY depth, part
LIMIT 10000
