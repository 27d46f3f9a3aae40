-- Drop everything in item; the journal brings it back.
DELETE FROM item
