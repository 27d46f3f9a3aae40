// Holdings in transit to a party.
CREATE INDEX held_by_to IF NOT EXISTS FOR ()-[r:HELD_BY]-() ON (r.to, r.until)
