-- Delete a superseded row of mention.
-- params:  item, time, event, role, other
DELETE FROM mention WHERE item = :item AND time = :time AND event = :event AND role = :role AND other = :other
