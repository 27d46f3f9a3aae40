// Items that own custody has in transit to a party at a moment, inside nothing then, as known then.
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
WHERE NOT EXISTS {
    MATCH (x)-[e:PART_OF|PART_OF_SUPERSEDED]->()
    WHERE e.since <= $at AND $at < e.until AND e.known_from <= $known_at AND $known_at < e.known_until
  }
WITH x, h
LIMIT $most
CALL (x) {
  MATCH (x)-[e:PART_OF|PART_OF_SUPERSEDED]->()
  WHERE e.since < e.until AND e.until <= $at AND e.known_from <= $known_at AND $known_at < e.known_until
  RETURN max(e.until) AS out
}
WITH x, h, CASE WHEN out > h.since THEN out ELSE h.since END AS since
ORDER BY x.id
RETURN collect([x.id, since.epochMillis, h.holder]) AS rows
