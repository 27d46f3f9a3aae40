// Mentions of an item together with one whole.
CREATE INDEX names_pair IF NOT EXISTS FOR ()-[r:NAMES]-() ON (r.item, r.other)
