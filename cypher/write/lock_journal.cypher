// Take the turn to write: writers set this property first, always to the same value, so that nothing changes.
// returns: journals, importing
MATCH (j:Journal {id: 'journal'})
SET j.turn = 0
RETURN count(j) AS journals, count(j.importing) AS importing
