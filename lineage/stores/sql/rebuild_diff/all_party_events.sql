-- Every event in the list of a party that it concerns.
-- returns: party, time, event
SELECT party, time, event FROM party_event
