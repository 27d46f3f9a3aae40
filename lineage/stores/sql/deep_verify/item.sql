-- Every item with all that is derived about it.
-- returns: id, kind, consumed, facts, known_from, checkpoint, contested, on_cycle
-- order:   id, kind, consumed, facts, known_from, checkpoint, contested, on_cycle
SELECT id, kind, consumed, facts, known_from, checkpoint, contested, on_cycle FROM item ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
