// Superseded holdings in transit to a party.
CREATE INDEX held_by_superseded_to IF NOT EXISTS FOR ()-[r:HELD_BY_SUPERSEDED]-() ON (r.to, r.until)
