// Q2: which other vehicles had an item of this batch in them at any time?
// params: batch, vehicle
// run:    in Neo4j Browser; $batch in small letters, of an item that was in the vehicle (inside_at_a_moment.cypher)
MATCH (t:Term {text: $batch}) USING INDEX t:Term(text, subject, field)
WHERE t.field = 'batch' AND t.subject > ''
MATCH path = (:Item {id: t.subject})-[:PART_OF*1..4]->(v:Vehicle)
WHERE v.id <> $vehicle
UNWIND relationships(path) AS stay
WITH v, t.subject AS item, path, max(stay.since) AS since, min(stay.until) AS until
WHERE since < until
RETURN v.id AS vin, count(DISTINCT item) AS shared
ORDER BY shared DESC, vin
LIMIT 100
