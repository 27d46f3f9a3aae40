-- Items as known now.
-- params:  ids
-- returns: id, facts, known_from, head, contested, ringed
SELECT id, facts, known_from, head, contested, ringed
FROM item WHERE id IN (SELECT value FROM json_each(:ids))
