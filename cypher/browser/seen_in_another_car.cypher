// Q7: which packs did a car report at its login that, by the register, were in another car then, or in none?
// run:    in Neo4j Browser; the same as `lineage findings --kind seen_elsewhere` for sightings with hours
MATCH (e:Event) USING INDEX e:Event(type, position)
WHERE e.type = 'inspected' AND e.position > 0
MATCH (e)-[n:NAMES {role: 'seen'}]->(item:Item)
WHERE n.other IS NOT NULL AND NOT item:Lot
MATCH (seen:Item {id: n.other})
WHERE NOT EXISTS {
  MATCH (item)-[stays:PART_OF*1..6]->(seen)
  WHERE all(stay IN stays WHERE stay.since <= e.time AND e.time < stay.until)
}
OPTIONAL MATCH (item)-[stay:PART_OF]->(registered:Item)
WHERE stay.since <= e.time AND e.time < stay.until
RETURN item.id AS item, seen.id AS seen_in, collect(DISTINCT registered.id) AS registered_in, e.time AS at,
       e.reporter AS reported_by
ORDER BY item, at
LIMIT 1000
