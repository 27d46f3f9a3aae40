// Rename the properties `head` and `ringed` of items to `checkpoint` and `on_cycle`, and add the reversed id.
// params:  after, most
// returns: rows, last
MATCH (x:Item) USING INDEX SEEK x:Item(id)
WHERE x.id > $after
WITH x
ORDER BY x.id
LIMIT $most
SET x.checkpoint = coalesce(x.head, x.checkpoint), x.on_cycle = coalesce(x.ringed, x.on_cycle), x.reversed = reverse(toLower(x.id))
REMOVE x.head, x.ringed
RETURN count(x) AS rows, max(x.id) AS last
