-- Add the events that concern each party, as the journal gives them.
CREATE TABLE party_event (
  party TEXT NOT NULL, time INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (party, time, event)) WITHOUT ROWID;
INSERT INTO party_event (party, time, event)
SELECT row.value ->> 0, row.value ->> 1, row.value ->> 2 FROM journal j, json_each(party_events(j.event)) row
