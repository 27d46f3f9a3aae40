// Create the constraint by which an event in the list of a party is found.
CREATE CONSTRAINT party_event_key IF NOT EXISTS FOR (n:PartyEvent) REQUIRE n.key IS UNIQUE
