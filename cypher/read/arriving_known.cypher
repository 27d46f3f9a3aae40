// What was on its way to a party at a moment, by own custody, as known then.
// params:  party, at, known_at, known_text, after, most
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
WITH x, h, CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.kind
  ELSE head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13) | split(p, '"')[5]]) END AS kind
WHERE kind IS NOT NULL AND x.id > $after
WITH x, h, kind
ORDER BY x.id
LIMIT $most
RETURN collect([x.id, kind, h.since.epochMillis, h.holder]) AS rows
