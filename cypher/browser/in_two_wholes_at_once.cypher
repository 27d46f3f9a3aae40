// Q6: which items are in two wholes at one time?
// run:    in Neo4j Browser; the same as `lineage findings --kind simultaneous_installation`
MATCH (part:Item {contested: true})
WHERE part.kind <> 'lot'
MATCH (part)-[one:PART_OF]->(a:Item)
MATCH (part)-[other:PART_OF]->(b:Item)
WHERE a.id < b.id AND one.since < other.until AND other.since < one.until
RETURN part.id AS part, a.id AS one, b.id AS other,
       CASE WHEN one.since > other.since THEN one.since ELSE other.since END AS since
ORDER BY part, one, other
LIMIT 1000
