// Q16: which wholes was this item in at a time, by what the platform knew on a past day?
// params: item, at, known_at
// run:    in Neo4j Browser; the same as `lineage item ID --at … --known-at …`
MATCH (:Item {id: $item})-[stay:PART_OF|PART_OF_SUPERSEDED]->(whole:Item)
WHERE stay.since <= datetime($at) AND datetime($at) < stay.until
  AND stay.known_from <= datetime($known_at) AND datetime($known_at) < stay.known_until
RETURN whole.id AS whole, whole.kind AS kind, stay.since AS since, stay.events AS events
ORDER BY whole
LIMIT 100
