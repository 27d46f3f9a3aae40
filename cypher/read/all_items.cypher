// Every item with what may differ in it. Only a rebuild asks.
// returns: row
MATCH (x:Item)
RETURN [elementId(x), x.id, x.known_from.epochMillis, x.facts, x.head, x.contested, x.ringed, x.past] AS row
