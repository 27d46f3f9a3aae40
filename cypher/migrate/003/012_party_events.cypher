// Add the events that concern each party, as the journal gives them.
// params:  rows
// returns: rows
UNWIND $rows AS row
MERGE (p:PartyEvent {key: row.key})
SET p.name = row.name
RETURN count(p) AS rows
