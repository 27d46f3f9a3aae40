-- Items that may be in conflict at some time.
-- returns: id
-- order:   id
SELECT id FROM item INDEXED BY item_contested WHERE contested = 1 OR ringed = 1 ORDER BY id
