// Add the reversed text of identifiers, by which a search finds endings.
// params:  after, most
// returns: rows, last
MATCH (t:Term) USING INDEX SEEK t:Term(key)
WHERE t.key > $after
WITH t
ORDER BY t.key
LIMIT $most
SET t.reversed = CASE WHEN t.field = 'identifiers' AND size(t.text) < 200 THEN reverse(t.text) ELSE null END
RETURN count(t) AS rows, max(t.key) AS last
