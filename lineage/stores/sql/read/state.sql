-- The head of the journal.
-- returns: position, recorded, digest
SELECT position, (SELECT max(recorded) FROM (SELECT recorded FROM journal ORDER BY position DESC LIMIT 1)) AS recorded, digest
FROM journal ORDER BY position DESC LIMIT 1
