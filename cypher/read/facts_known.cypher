// Facts of items, as known then: the current text, or the superseded one that was known.
// params:  ids, known_at, known_text
// returns: rows
UNWIND $ids AS id
MATCH (x:Item {id: id})
RETURN collect([x.id, CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.facts END,
  head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13)])]) AS rows
