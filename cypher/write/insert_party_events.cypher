// Add events to the lists of the parties that they concern.
// params:  rows
UNWIND $rows AS row
MERGE (p:PartyEvent {key: row.key})
SET p.name = row.name
