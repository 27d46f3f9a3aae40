// Which vehicle was this module in on a past day, by what was known on that day?
// params: module, known_at
// run:    in Neo4j Browser, after :params on the first slide; compare the picture with that of naive_part_of.cypher
MATCH path = (:Item {id: $module})-[:PART_OF|PART_OF_SUPERSEDED*1..6]->(v:Vehicle)
WHERE all(e IN relationships(path)
          WHERE e.known_from <= datetime($known_at) AND datetime($known_at) < e.known_until
            AND e.since <= datetime($known_at) AND datetime($known_at) < e.until)
UNWIND relationships(path) AS stay
WITH path, v, max(stay.since) AS since
RETURN v.name AS vehicle, v.id AS vin, since, path
ORDER BY since, vehicle
LIMIT 100
