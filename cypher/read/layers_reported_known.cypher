// Kinds of what was ever put into items, as known then.
// params:  ids, known_at, known_text
// returns: rows
UNWIND $ids AS id
MATCH (w:Item {id: id})<-[r:PART_OF|PART_OF_SUPERSEDED]-(x:Item)
WHERE r.known_from <= $known_at AND $known_at < r.known_until
WITH DISTINCT w.id AS whole, CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.kind
  ELSE head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13) | split(p, '"')[5]]) END AS kind
WHERE kind IS NOT NULL
RETURN collect([whole, kind]) AS rows
