-- Rename the table `hang` to `custody_dependency`, and the columns `head` and `ringed` of `item` to `checkpoint` and `on_cycle`.
ALTER TABLE hang RENAME TO custody_dependency;
ALTER TABLE item RENAME COLUMN head TO checkpoint;
ALTER TABLE item RENAME COLUMN ringed TO on_cycle
