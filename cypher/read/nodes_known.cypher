// Kind and last consumption of items, as known then: current, or the superseded facts that were known.
// params:  ids, known_at, known_text
// returns: ids, kinds, consumed, past
UNWIND $ids AS id
MATCH (x:Item {id: id})
WITH collect(x) AS xs
RETURN [x IN xs | x.id] AS ids,
  [x IN xs | CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.kind END] AS kinds,
  [x IN xs | CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.consumed.epochMillis END] AS consumed,
  [x IN xs | head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13)])] AS past
