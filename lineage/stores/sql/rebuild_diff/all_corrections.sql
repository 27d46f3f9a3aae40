-- Every correction.
-- returns: id, target, time, recorded, replaces
-- order:   id
SELECT id, target, time, recorded, replaces FROM correction ORDER BY id
