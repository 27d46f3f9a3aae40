// Every item with what may differ in it. Only a rebuild reads it.
// returns: row
MATCH (x:Item)
RETURN [elementId(x), x.id, x.known_from.epochMillis, x.facts, x.checkpoint, x.contested, x.on_cycle, x.past, x.reversed] AS row
