// Begin an import, or one anew that was not finished: only into an empty journal. Whoever began before is told at its next batch.
// params:  token
// returns: journals
MATCH (j:Journal {id: 'journal'})
SET j.turn = 0
WITH j
WHERE j.position = 0
SET j.importing = $token
RETURN count(j) AS journals
