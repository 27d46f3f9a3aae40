-- The numbers of all items that are in the store already: of those whose custody depends on others.
-- returns: item, num
SELECT id AS item, num FROM item
