-- How far the journal was judged.
-- returns: value
SELECT value FROM meta WHERE key = 'judged'
