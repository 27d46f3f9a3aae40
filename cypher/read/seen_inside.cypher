// Items that an inspection in force saw inside a whole, as known now.
// params:  whole
// returns: rows
// order:   id
MATCH ()-[m:NAMES {other: $whole}]->(x:Item)
WHERE m.role = 'seen'
WITH DISTINCT x.id AS id
ORDER BY id
RETURN collect(id) AS rows
