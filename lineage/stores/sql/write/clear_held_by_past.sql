-- Drop everything in held_by_past; the journal brings it back.
DELETE FROM held_by_past
