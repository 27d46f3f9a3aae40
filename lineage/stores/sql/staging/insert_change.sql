-- Add what one event states of one item.
-- params:  item, seq, known_at, sign, time, event, role, other, party, detail
INSERT INTO change (item, seq, known_at, sign, time, event, role, other, party, detail)
VALUES (:item, :seq, :known_at, :sign, :time, :event, :role, :other, :party, :detail)
