// Since when parties have been named.
// params:  rows
UNWIND $rows AS row
MERGE (p:Enterprise {id: row.id})
ON CREATE SET p.name = row.name
WITH p, datetime({epochMillis: row.known_from, timezone: '+08:00'}) AS known_from
SET p.known_from = CASE WHEN p.known_from < known_from THEN p.known_from ELSE known_from END
