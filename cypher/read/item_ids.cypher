// Items that any event ever named, by id, from one on.
// params:  after, most
// returns: ids
// order:   id
MATCH (x:Item)
WHERE x.id > $after
WITH x.id AS id
ORDER BY id
LIMIT $most
RETURN collect(id) AS ids
