-- How far the journal is evaluated.
-- returns: value
SELECT value FROM meta WHERE key = 'evaluated_up_to'
