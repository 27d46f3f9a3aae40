-- Add a row of mention that was known for a time.
-- params:  item, time, event, role, other, party, detail, known_from, known_until
INSERT OR REPLACE INTO mention_past (item, time, event, role, other, party, detail, known_from, known_until)
VALUES (:item, :time, :event, :role, :other, :party, :detail, :known_from, :known_until)
