// Take the write lock as the import that has begun.
// params:  token
// returns: journals
MATCH (j:Journal {id: 'journal'})
SET j.write_lock = 0
WITH j
WHERE j.import_token = $token
RETURN count(j) AS journals
