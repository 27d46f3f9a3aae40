// Take the turn to write as the import that has begun.
// params:  token
// returns: journals
MATCH (j:Journal {id: 'journal'})
SET j.turn = 0
WITH j
WHERE j.importing = $token
RETURN count(j) AS journals
