// Items that own custody has in transit to a party at a moment, inside nothing then, as known now.
// params:  party, at, after, most
// returns: rows
// order:   x.id
MATCH (x:Item)-[h:HELD_BY]->() USING INDEX SEEK h:HELD_BY(to, until)
WHERE h.to = $party AND $at < h.until AND h.since <= $at AND x.id > $after
WITH x, h
ORDER BY x.id
WHERE NOT EXISTS {
    MATCH (x)-[e:PART_OF]->()
    WHERE e.since <= $at AND $at < e.until
  }
WITH x, h
LIMIT $most
CALL (x) {
  MATCH (x)-[e:PART_OF]->()
  WHERE e.since < e.until AND e.until <= $at
  RETURN max(e.until) AS out
}
WITH x, h, CASE WHEN out > h.since THEN out ELSE h.since END AS since
ORDER BY x.id
RETURN collect([x.id, since.epochMillis, h.holder]) AS rows
