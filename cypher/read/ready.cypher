// The database answers.
// returns: one
RETURN 1 AS one
