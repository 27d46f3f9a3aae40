// Every derived node but items and parties, with its key and what may differ. Only a rebuild reads it.
// returns: row
MATCH (n:Term|SupersededTerm|CustodyDependency|PartyEvent)
RETURN [elementId(n), CASE WHEN n:Term THEN 'Term' WHEN n:CustodyDependency THEN 'CustodyDependency' WHEN n:PartyEvent THEN 'PartyEvent' ELSE 'SupersededTerm' END, n.key,
  n.known_from.epochMillis, n.known_until.epochMillis, n.name, n.is_party, n.reversed] AS row
