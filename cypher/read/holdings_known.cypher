// Items that own custody leaves with a party at a moment, inside nothing then, as known then.
// params:  party, at, known_at, known_text, after, most
// returns: rows
// order:   x.id
CALL () {
  MATCH (x:Item)-[h:HELD_BY]->() USING INDEX SEEK h:HELD_BY(holder, until)
  WHERE h.holder = $party AND $at < h.until AND h.since <= $at AND h.known_from <= $known_at
  RETURN x, h
  UNION ALL
  MATCH (x:Item)-[h:HELD_BY_SUPERSEDED]->() USING INDEX SEEK h:HELD_BY_SUPERSEDED(holder, until)
  WHERE h.holder = $party AND $at < h.until AND h.since <= $at AND h.known_from <= $known_at AND $known_at < h.known_until
  RETURN x, h
}
WITH x, h, CASE WHEN x.facts IS NOT NULL AND x.known_from <= $known_at THEN x.kind
  ELSE head([p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13) | split(p, '"')[5]]) END AS kind
WHERE kind IS NOT NULL AND x.id > $after
WITH x, h, kind
ORDER BY x.id
WHERE NOT EXISTS {
    MATCH (x)-[e:PART_OF|PART_OF_SUPERSEDED]->()
    WHERE e.since <= $at AND $at < e.until AND e.known_from <= $known_at AND $known_at < e.known_until
  }
WITH x, h, kind
LIMIT $most
CALL (x) {
  MATCH (x)-[e:PART_OF|PART_OF_SUPERSEDED]->()
  WHERE e.since < e.until AND e.until <= $at AND e.known_from <= $known_at AND $known_at < e.known_until
  RETURN max(e.until) AS out
}
WITH x, kind, h, CASE WHEN out > h.since THEN out ELSE h.since END AS since
ORDER BY x.id
RETURN collect([x.id, kind, since.epochMillis, h.status]) AS rows
