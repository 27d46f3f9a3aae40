-- Drop everything in term; the journal brings it back.
DELETE FROM term
