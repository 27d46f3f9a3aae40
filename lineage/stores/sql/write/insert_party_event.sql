-- Add an event to the list of a party that it concerns.
-- params:  party, time, event
INSERT INTO party_event (party, time, event) VALUES (:party, :time, :event)
