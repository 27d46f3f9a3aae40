// Items in transit to a party at a moment, by own custody, as known then.
// params:  party, at, known_at, after, most
// returns: rows
// order:   x.id
CALL () {
  MATCH (x:Item)-[h:HELD_BY]->() USING INDEX SEEK h:HELD_BY(to, until)
  WHERE h.to = $party AND $at < h.until AND h.since <= $at AND h.known_from <= $known_at
  RETURN x, h
  UNION ALL
  MATCH (x:Item)-[h:HELD_BY_SUPERSEDED]->() USING INDEX SEEK h:HELD_BY_SUPERSEDED(to, until)
  WHERE h.to = $party AND $at < h.until AND h.since <= $at AND h.known_from <= $known_at AND $known_at < h.known_until
  RETURN x, h
}
WITH x, h
WHERE x.id > $after
WITH x, h
ORDER BY x.id
LIMIT $most
RETURN collect([x.id, h.since.epochMillis, h.holder]) AS rows
