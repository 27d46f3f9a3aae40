-- The numbers that stand for ids inside this store.
-- params:  ids
-- returns: id, num
SELECT id, num
FROM item WHERE id IN (SELECT value FROM json_each(:ids))
