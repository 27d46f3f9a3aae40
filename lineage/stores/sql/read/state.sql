-- The state of the journal: its last position and digest.
-- returns: position, recorded, digest
SELECT position, (SELECT max(recorded) FROM journal) AS recorded, digest
FROM journal ORDER BY position DESC LIMIT 1
