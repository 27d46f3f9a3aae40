-- Corrections that have, or target, one of these ids.
-- params:  ids
-- returns: id, target, time, recorded, replaces
SELECT id, target, time, recorded, replaces FROM correction WHERE id IN (SELECT value FROM json_each(:ids))
UNION SELECT id, target, time, recorded, replaces FROM correction WHERE target IN (SELECT value FROM json_each(:ids))
