-- Drop everything in became_past; the journal brings it back.
DELETE FROM became_past
