// NAIVE, do not use: which vehicles was this module in, if time is ignored?
// params:  module
// returns: vehicle, vin, path
// order:   vehicle
// run:     set the parameters on the first slide, then click and run; compare with part_of_in_time.cypher
MATCH path = (:Item {id: $module})-[:PART_OF*1..6]->(v:Vehicle)
RETURN DISTINCT v.name AS vehicle, v.id AS vin, path
ORDER BY vehicle
LIMIT 100
