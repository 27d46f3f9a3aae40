-- Drop everything in held_by; the journal brings it back.
DELETE FROM held_by
