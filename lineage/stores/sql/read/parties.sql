-- Parties, and when events in force named them.
-- params:  ids
-- returns: id, known_from, named
SELECT id, known_from, named FROM party WHERE id IN (SELECT value FROM json_each(:ids))
