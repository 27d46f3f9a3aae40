// The newest mentions of one item by events in force up to a moment, as known then, and all others of the oldest moment.
// params:  begin, end, most, known_at
// returns: rows
// order:   key
CALL () {
  CALL () {
    MATCH ()-[m:NAMES]->() USING INDEX SEEK m:NAMES(key)
    WHERE m.key > $begin AND m.key < $end AND m.known_from <= $known_at
    WITH m.key AS key
    ORDER BY key DESC
    LIMIT $most
    RETURN key
    UNION ALL
    MATCH ()-[m:NAMES_SUPERSEDED]->() USING INDEX SEEK m:NAMES_SUPERSEDED(key)
    WHERE m.key > $begin AND m.key < $end AND m.known_from <= $known_at AND $known_at < m.known_until
    WITH m.key AS key
    ORDER BY key DESC
    LIMIT $most
    RETURN key
  }
  WITH key
  ORDER BY key DESC
  LIMIT $most
  RETURN substring(min(key), 0, size($begin) + 13) AS oldest
}
CALL (oldest) {
  MATCH (e)-[m:NAMES]->() USING INDEX SEEK m:NAMES(key)
  WHERE m.key > oldest AND m.key < $end AND m.known_from <= $known_at
  RETURN e, m
  UNION ALL
  MATCH (e)-[m:NAMES_SUPERSEDED]->() USING INDEX SEEK m:NAMES_SUPERSEDED(key)
  WHERE m.key > oldest AND m.key < $end AND m.known_from <= $known_at AND $known_at < m.known_until
  RETURN e, m
}
RETURN collect([m.item, m.time.epochMillis, e.id, m.role, m.other, m.party, m.detail]) AS rows
