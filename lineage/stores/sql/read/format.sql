-- The version of the format of this store.
-- returns: value
SELECT value FROM meta WHERE key = 'format'
