-- Drop everything in mention_past; the journal brings it back.
DELETE FROM mention_past
