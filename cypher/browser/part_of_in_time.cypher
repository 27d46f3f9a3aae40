// Which vehicles was this module in: on each path up, only the time that all its stays have in common.
// params: module
// run:    in Neo4j Browser, after :params on the first slide; compare with naive_part_of.cypher
MATCH path = (:Item {id: $module})-[:PART_OF*1..6]->(v:Vehicle)
UNWIND relationships(path) AS stay
WITH path, v, max(stay.since) AS since, min(stay.until) AS until
WHERE since < until
RETURN v.name AS vehicle, v.id AS vin, since, until, path
ORDER BY since, vehicle
LIMIT 100
