-- Since when parties have been named.
-- params:  ids
-- returns: id, known_from
SELECT id, known_from FROM party WHERE id IN (SELECT value FROM json_each(:ids))
