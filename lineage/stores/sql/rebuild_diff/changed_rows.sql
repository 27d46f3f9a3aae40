-- Rows that are not stored yet, or differ from what is stored.
-- params:  file
-- returns: row
-- order:   key
SELECT row FROM target WHERE file = :file ORDER BY key
