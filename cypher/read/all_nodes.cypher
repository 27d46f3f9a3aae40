// Every node that is derived, items and parties apart: what tells it from others, and what may differ. Only a rebuild asks.
// returns: row
MATCH (n:Term|SupersededTerm|Hang)
RETURN [elementId(n), CASE WHEN n:Term THEN 'Term' WHEN n:Hang THEN 'Hang' ELSE 'SupersededTerm' END, n.key,
  n.known_from.epochMillis, n.known_until.epochMillis, n.name, n.is_party] AS row
