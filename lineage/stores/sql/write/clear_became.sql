-- Drop everything in became; the journal brings it back.
DELETE FROM became
