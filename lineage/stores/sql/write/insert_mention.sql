-- Add a row of mention that is known from now on.
-- params:  item, time, event, role, other, party, detail, known_from
INSERT OR REPLACE INTO mention (item, time, event, role, other, party, detail, known_from)
VALUES (:item, :time, :event, :role, :other, :party, :detail, :known_from)
