// Begin an import, or one that was not finished again: only into an empty journal. An earlier one is refused at its next batch.
// params:  token
// returns: journals
MATCH (j:Journal {id: 'journal'})
SET j.write_lock = 0
WITH j
WHERE j.position = 0
SET j.import_token = $token
RETURN count(j) AS journals
