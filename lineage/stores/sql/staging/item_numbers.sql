-- The numbers that these items have, or will have, in the store.
-- params:  ids
-- returns: item, num
SELECT item, num FROM item_number WHERE item IN (SELECT value FROM json_each(:ids))
