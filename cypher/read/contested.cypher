// Items that may be in conflict at some time.
// returns: ids
// order:   id
CALL () {
  MATCH (x:Item {contested: true})
  RETURN x
  UNION
  MATCH (x:Item {ringed: true})
  RETURN x
}
WITH x.id AS id
ORDER BY id
RETURN collect(id) AS ids
