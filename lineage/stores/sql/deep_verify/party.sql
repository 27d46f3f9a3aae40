-- Every party, and when events in force named it.
-- returns: id, known_from, named
-- order:   id, known_from, named
SELECT id, known_from, named FROM party ORDER BY 1, 2, 3
