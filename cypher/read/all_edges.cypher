// Every derived edge, current and superseded, with its key and what may differ. Only a rebuild reads it.
// returns: row
MATCH ()-[r:PART_OF|BECAME|HELD_BY|NAMES|ENROLS
  |PART_OF_SUPERSEDED|BECAME_SUPERSEDED|HELD_BY_SUPERSEDED|NAMES_SUPERSEDED|ENROLS_SUPERSEDED]->()
RETURN [elementId(r), type(r), r.key, r.known_from.epochMillis, r.known_until.epochMillis, r.events, r.status, r.to,
  r.party, r.detail, r.name] AS row
