// Items that may be in conflict at some time.
// returns: ids
// order:   id
CALL () {
  MATCH (x:Item {contested: true}) USING INDEX SEEK x:Item(contested)
  RETURN x
  UNION
  MATCH (x:Item {ringed: true}) USING INDEX SEEK x:Item(ringed)
  RETURN x
}
WITH x.id AS id
ORDER BY id
RETURN collect(id) AS ids
