// Items that an inspection in force saw inside a whole, as known then.
// params:  whole, known_at
// returns: rows
// order:   id
CALL () {
  MATCH ()-[m:NAMES {other: $whole}]->(x:Item)
  WHERE m.role = 'seen' AND m.known_from <= $known_at AND $known_at < m.known_until
  RETURN x.id AS id
  UNION
  MATCH ()-[m:NAMES_SUPERSEDED {other: $whole}]->(x:Item)
  WHERE m.role = 'seen' AND m.known_from <= $known_at AND $known_at < m.known_until
  RETURN x.id AS id
}
WITH DISTINCT id
ORDER BY id
RETURN collect(id) AS rows
