-- Items that may be in conflict at some time.
-- returns: id
-- order:   id
SELECT id FROM item WHERE contested = 1 OR ringed = 1 ORDER BY id
