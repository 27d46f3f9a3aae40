// Which reports prove where this module was: every edge names the events that it follows from.
// params:  module
// returns: whole, since, until, event, happened, learned, module, edge, thing, proof
// order:   since, happened
// run:     set the parameters on the first slide, then click and run; click an Event to see who reported it
MATCH (module:Item {id: $module})-[edge:PART_OF]->(thing:Item)
UNWIND edge.events AS id
MATCH (proof:Event {id: id})
RETURN thing.name AS whole, edge.since AS since, edge.until AS until,
       proof.type AS event, proof.time AS happened, proof.recorded AS learned, module, edge, thing, proof
ORDER BY since, happened
LIMIT 100
