// Which items did this enterprise hand over without an acknowledgement: it still answers for them.
// params: giver
// run:    in Neo4j Browser, after :params on the first slide
MATCH (item:Item)-[h:HELD_BY {status: 'in_transit'}]->(giver:Enterprise {id: $giver})
WHERE datetime() < h.until
OPTIONAL MATCH (receiver:Enterprise {id: h.to})
RETURN item.name AS item, item.id AS id, giver.name AS giver, h.since AS since,
       coalesce(receiver.name, h.to) AS should_have_it
ORDER BY since, item
LIMIT 100
