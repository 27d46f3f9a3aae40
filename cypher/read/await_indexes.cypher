// Wait until every index is online, at most these seconds.
// params:  seconds
// returns: online
CALL db.awaitIndexes($seconds)
RETURN true AS online
