// Which reports prove where this module was: every line names the events that it follows from.
// params: module
// run:    in Neo4j Browser, after :params on the first slide; click an Event to see who reported it, and when
MATCH (module:Item {id: $module})-[edge:PART_OF]->(whole:Item)
UNWIND edge.events AS id
MATCH (event:Event {id: id})
RETURN whole.name AS inside, edge.since AS since, edge.until AS until,
       event.type AS proof, event.time AS happened, event.recorded AS learned, module, edge, whole, event
ORDER BY since, happened
LIMIT 100
