// Add the reversed id of parties that events have named, by which a search finds endings.
// params:  after, most
// returns: rows, last
MATCH (p:Enterprise) USING INDEX SEEK p:Enterprise(id)
WHERE p.id > $after
WITH p
ORDER BY p.id
LIMIT $most
SET p.reversed = CASE WHEN p.known_from IS NULL THEN null ELSE reverse(toLower(p.id)) END
RETURN count(p) AS rows, max(p.id) AS last
