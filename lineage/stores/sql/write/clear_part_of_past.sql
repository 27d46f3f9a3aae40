-- Drop everything in part_of_past; the journal brings it back.
DELETE FROM part_of_past
