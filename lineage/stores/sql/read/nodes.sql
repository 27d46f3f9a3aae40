-- Kind and last consumption of items, as known now.
-- params:  ids
-- returns: id, kind, consumed
SELECT id, kind, consumed
FROM item WHERE id IN (SELECT value FROM json_each(:ids)) AND facts IS NOT NULL
