// An event in the list of a party that it concerns, by party, time and event.
CREATE CONSTRAINT party_event_key IF NOT EXISTS FOR (n:PartyEvent) REQUIRE n.key IS UNIQUE
