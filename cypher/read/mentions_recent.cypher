// The newest mentions of one item by events in force up to a moment, and all others of the oldest moment among them.
// params:  begin, end, most
// returns: rows
// order:   key
CALL () {
  MATCH ()-[m:NAMES]->() USING INDEX SEEK m:NAMES(key)
  WHERE m.key > $begin AND m.key < $end
  WITH m.key AS key
  ORDER BY key DESC
  LIMIT $most
  RETURN min(key) AS oldest
}
MATCH (e)-[m:NAMES]->() USING INDEX SEEK m:NAMES(key)
WHERE m.key > substring(oldest, 0, size($begin) + 13) AND m.key < $end
RETURN collect([m.item, m.time.epochMillis, e.id, m.role, m.other, m.party, m.detail]) AS rows
