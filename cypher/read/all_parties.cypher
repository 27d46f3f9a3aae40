// Every party that events have named, with what may differ in it. Only a rebuild reads it.
// returns: row
MATCH (p:Enterprise)
WHERE p.known_from IS NOT NULL
RETURN [elementId(p), p.id, p.known_from.epochMillis, p.named, p.reversed] AS row
