// Q3: which vehicles were scrapped with a pack in them whose removal was not reported within 30 days?
// run:    in Neo4j Browser; the same as `lineage findings --kind scrapped_without_pack`
MATCH (e:Event) USING INDEX e:Event(type, position)
WHERE e.type = 'ended' AND e.position > 0
MATCH (e)-[n:NAMES {role: 'ended', detail: 'scrapped'}]->(v:Vehicle)
MATCH (v)<-[stay:PART_OF]-(pack:Pack)
WHERE stay.since <= e.time AND stay.until > e.time + duration('P30D') AND datetime() >= e.time + duration('P30D')
RETURN v.id AS vin, e.time AS scrapped, collect(DISTINCT pack.id) AS packs, e.reporter AS reported_by
ORDER BY vin
LIMIT 1000
