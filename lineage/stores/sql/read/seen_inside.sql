-- Items that an inspection in force saw inside a whole, as known then.
-- params:  whole, known_at
-- returns: id
-- order:   id
SELECT i.id FROM item i WHERE i.num IN (
  SELECT item FROM mention WHERE role = 'seen' AND other = :whole AND known_from <= :known_at
  UNION ALL SELECT item FROM mention_past
  WHERE role = 'seen' AND other = :whole AND known_from <= :known_at AND :known_at < known_until)
ORDER BY i.id
