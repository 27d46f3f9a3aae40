// Sightings by the whole that an item was seen in.
CREATE INDEX names_other IF NOT EXISTS FOR ()-[r:NAMES]-() ON (r.other)
