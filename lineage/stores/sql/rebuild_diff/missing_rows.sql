-- The first rows that are not stored, or are stored otherwise.
-- params:  most
-- returns: file, key
-- order:   file, key
SELECT file, key FROM target ORDER BY file, key LIMIT :most
