-- Drop everything in part_of; the journal brings it back.
DELETE FROM part_of
