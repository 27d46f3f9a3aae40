-- Every item.
-- returns: id, facts, known_from, checkpoint, contested, on_cycle
-- order:   num
SELECT id, facts, known_from, checkpoint, contested, on_cycle FROM item ORDER BY num
