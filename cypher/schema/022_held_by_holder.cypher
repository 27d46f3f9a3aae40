// Holdings of a party at a moment.
CREATE INDEX held_by_holder IF NOT EXISTS FOR ()-[r:HELD_BY]-() ON (r.holder, r.until)
