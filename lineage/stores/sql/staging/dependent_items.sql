-- The changes of items whose custody depends on others, in the order in which they were recorded.
-- returns: known_at, sign, item, time, event, role, other, party, detail
-- order:   known_at, seq
SELECT c.known_at, c.sign, c.item, c.time, c.event, c.role, c.other, c.party, c.detail
FROM dependent_item w JOIN change c ON c.item = w.item ORDER BY c.known_at, c.seq
