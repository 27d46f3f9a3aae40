// Holdings of a party at a moment that are superseded.
CREATE INDEX held_by_superseded_holder IF NOT EXISTS FOR ()-[r:HELD_BY_SUPERSEDED]-() ON (r.holder, r.until)
