-- Every correction.
-- returns: id, target, time, recorded, replaces
-- order:   id, target, time, recorded, replaces
SELECT id, target, time, recorded, replaces FROM correction ORDER BY 1, 2, 3, 4, 5
