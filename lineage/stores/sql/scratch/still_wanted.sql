-- Rows that are not yet kept, or say something else.
-- params:  file
-- returns: row
-- order:   key
SELECT row FROM wanted WHERE file = :file ORDER BY key
