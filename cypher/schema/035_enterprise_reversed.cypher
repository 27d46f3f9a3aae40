// Search for the end of an id of a party.
CREATE INDEX enterprise_reversed IF NOT EXISTS FOR (n:Enterprise) ON (n.reversed)
