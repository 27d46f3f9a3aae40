-- Drop everything in hang; the journal brings it back.
DELETE FROM hang
