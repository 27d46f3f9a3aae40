-- Every item.
-- returns: id, facts, known_from, head, contested, ringed
-- order:   num
SELECT id, facts, known_from, head, contested, ringed FROM item ORDER BY num
