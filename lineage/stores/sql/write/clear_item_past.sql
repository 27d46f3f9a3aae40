-- Drop everything in item_past; the journal brings it back.
DELETE FROM item_past
