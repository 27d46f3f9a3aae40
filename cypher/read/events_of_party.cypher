// Events that concern a party, by their own time, after a place: keys of party, time and event.
// params:  after, end, most
// returns: keys
// order:   p.key
MATCH (p:PartyEvent) USING INDEX SEEK p:PartyEvent(key)
WHERE p.key > $after AND p.key < $end
WITH p.key AS key
ORDER BY key
LIMIT $most
RETURN collect(key) AS keys
