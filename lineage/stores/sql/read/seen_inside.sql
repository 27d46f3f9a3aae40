-- Items that an inspection in force saw inside a whole, as known then.
-- params:  whole, known_at
-- returns: id
-- order:   id
SELECT DISTINCT i.id FROM mention_ever m JOIN item i ON i.num = m.item
WHERE m.role = 'seen' AND m.other = :whole AND m.known_from <= :known_at AND :known_at < m.known_until
ORDER BY i.id
