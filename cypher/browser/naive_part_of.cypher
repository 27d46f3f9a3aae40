// NAIVE, do not use: which vehicles was this module in, if time is ignored?
// params: module
// run:    in Neo4j Browser, after :params on the first slide; compare with part_of_in_time.cypher
MATCH path = (:Item {id: $module})-[:PART_OF*1..6]->(v:Vehicle)
RETURN v.name AS vehicle, v.id AS vin, path
ORDER BY vehicle
LIMIT 100
