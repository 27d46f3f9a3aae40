-- The changes of the items of a partition, item by item, in the order in which they were recorded.
-- params:  first, last
-- returns: item, time, event, role, other, party, detail, known_at, sign
-- order:   item, seq
SELECT c.item, c.time, c.event, c.role, c.other, c.party, c.detail, c.known_at, c.sign
FROM change c JOIN item_number n ON n.item = c.item
WHERE c.item BETWEEN :first AND :last AND n.changes > 0 ORDER BY c.item, c.seq
