-- Copy a superseded row of mention to mention_past.
-- params:  item, time, event, role, other, known_until
INSERT OR REPLACE INTO mention_past (item, time, event, role, other, party, detail, known_from, known_until)
SELECT item, time, event, role, other, party, detail, known_from, :known_until
FROM mention WHERE item = :item AND time = :time AND event = :event AND role = :role AND other = :other AND known_from < :known_until
