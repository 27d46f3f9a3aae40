-- Rename the table `hang` to `custody_dependency`, and the columns `head` and `ringed` of `item` to `checkpoint` and `on_cycle`, and index sightings.
ALTER TABLE hang RENAME TO custody_dependency;
ALTER TABLE item RENAME COLUMN head TO checkpoint;
ALTER TABLE item RENAME COLUMN ringed TO on_cycle;
CREATE INDEX mention_seen_inside ON mention (other) WHERE role = 'seen';
CREATE INDEX mention_past_seen_inside ON mention_past (other) WHERE role = 'seen'
