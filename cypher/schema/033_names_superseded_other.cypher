// What was once known of sightings, by the whole that an item was seen in.
CREATE INDEX names_superseded_other IF NOT EXISTS FOR ()-[r:NAMES_SUPERSEDED]-() ON (r.other)
