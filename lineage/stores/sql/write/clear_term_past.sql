-- Drop everything in term_past; the journal brings it back.
DELETE FROM term_past
