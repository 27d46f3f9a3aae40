// Q20: which packs were ever in this vehicle, from when to when? More than one, or a part put in later: it was repaired.
// params: vehicle
// run:    in Neo4j Browser; the same as the packs of `lineage trace VIN --direction upstream --max-hops 1`
MATCH (:Item {id: $vehicle})<-[stay:PART_OF]-(pack:Pack)
RETURN pack.id AS pack, stay.since AS since, CASE WHEN datetime() < stay.until THEN null ELSE stay.until END AS until
ORDER BY since, pack
LIMIT 100
