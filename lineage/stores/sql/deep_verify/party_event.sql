-- Every event in the list of a party that it concerns.
-- returns: party, time, event
-- order:   party, time, event
SELECT party, time, event FROM party_event ORDER BY 1, 2, 3
