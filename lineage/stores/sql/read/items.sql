-- Items as known now.
-- params:  ids
-- returns: id, facts, known_from, checkpoint, contested, on_cycle
SELECT id, facts, known_from, checkpoint, contested, on_cycle
FROM item WHERE id IN (SELECT value FROM json_each(:ids))
