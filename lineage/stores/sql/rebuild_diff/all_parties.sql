-- Every party, and when events in force named it.
-- returns: id, known_from, named
SELECT id, known_from, named FROM party
