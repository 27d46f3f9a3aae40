-- The newest mentions of one item by events in force up to a moment, as known then.
-- params:  item, until, limit, known_at
-- returns: id, time, event, role, other, party, detail
-- order:   time, event, role, other
SELECT i.id, m.time, m.event, m.role, m.other, m.party, m.detail
FROM item i JOIN mention_ever m ON m.item = i.num
WHERE i.id = :item AND m.time <= :until AND m.known_from <= :known_at AND :known_at < m.known_until
ORDER BY m.time DESC, m.event DESC, m.role, m.other LIMIT :limit
