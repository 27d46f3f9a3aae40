// What a party was once thought to hold at a moment.
CREATE INDEX held_by_superseded_holder IF NOT EXISTS FOR ()-[r:HELD_BY_SUPERSEDED]-() ON (r.holder, r.until)
