-- Drop everything in mention; the journal brings it back.
DELETE FROM mention
