-- Drop everything in party; the journal brings it back.
DELETE FROM party
