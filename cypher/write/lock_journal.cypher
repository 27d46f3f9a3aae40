// Take the write lock: writers set this property first, always to the same value, so that nothing changes.
// returns: journals, importing
MATCH (j:Journal {id: 'journal'})
SET j.write_lock = 0
RETURN count(j) AS journals, count(j.import_token) AS importing
