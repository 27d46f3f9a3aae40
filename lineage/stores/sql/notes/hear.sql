-- Note what one event says of one item.
-- params:  item, seq, k, sign, time, event, role, other, party, detail
INSERT INTO heard (item, seq, k, sign, time, event, role, other, party, detail)
VALUES (:item, :seq, :k, :sign, :time, :event, :role, :other, :party, :detail)
