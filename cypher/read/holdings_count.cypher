// How many items own custody leaves with a party at a moment, inside nothing then, as known now.
// params:  party, at
// returns: items
MATCH (x:Item)-[h:HELD_BY]->() USING INDEX SEEK h:HELD_BY(holder, until)
WHERE h.holder = $party AND $at < h.until AND h.since <= $at AND x.kind IS NOT NULL
WITH DISTINCT x
WHERE NOT EXISTS {
    MATCH (x)-[e:PART_OF]->()
    WHERE e.since <= $at AND $at < e.until
  }
RETURN count(*) AS items
