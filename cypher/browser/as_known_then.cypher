// Which vehicles was this module in, by what was known on a past day?
// params: module, known_at
// run:    in Neo4j Browser, after :params on the first slide; compare with part_of_in_time.cypher
MATCH path = (:Item {id: $module})-[:PART_OF|PART_OF_SUPERSEDED*1..6]->(v:Vehicle)
WHERE all(e IN relationships(path)
          WHERE e.known_from <= datetime($known_at) AND datetime($known_at) < e.known_until)
UNWIND relationships(path) AS stay
WITH path, v, max(stay.since) AS since, min(stay.until) AS until
WHERE since < until
RETURN v.name AS vehicle, v.id AS vin, since, until, path
ORDER BY since, vehicle
LIMIT 100
