// Who holds this module at a time: up through the wholes it is in, then to the holder of one of them.
// params: module, at
// run:    in Neo4j Browser, after :params on the first slide
MATCH path = (:Item {id: $module})-[:PART_OF*0..6]->(held:Item)-[h:HELD_BY]->(holder:Enterprise)
WHERE all(e IN relationships(path) WHERE e.since <= datetime($at) AND datetime($at) < e.until)
RETURN holder.name AS holder, h.status AS status, held.name AS held, h.since AS since, path
ORDER BY holder, since
LIMIT 20
