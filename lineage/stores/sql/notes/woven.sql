-- What is said of items whose custody hangs on others, in the order in which it was learned.
-- returns: k, sign, item, time, event, role, other, party, detail
-- order:   k, seq
SELECT s.k, s.sign, s.item, s.time, s.event, s.role, s.other, s.party, s.detail
FROM woven w JOIN said s ON s.item = w.item ORDER BY s.k, s.seq
