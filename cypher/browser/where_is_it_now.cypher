// Q4: who holds this item now, in which whole, and is it in transit to somebody?
// params: item
// run:    in Neo4j Browser; the same as the last line of `lineage custody ID`
MATCH path = (:Item {id: $item})-[:PART_OF*0..6]->(held:Item)
WHERE all(e IN relationships(path) WHERE e.since <= datetime() AND datetime() < e.until)
MATCH (held)-[h:HELD_BY]->(holder:Enterprise)
WHERE h.since <= datetime() AND datetime() < h.until
RETURN h.status AS status, holder.id AS holder, h.to AS to, held.id AS held, h.since AS since
ORDER BY holder
LIMIT 20
