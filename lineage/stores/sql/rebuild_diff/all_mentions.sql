-- Every mention, current and superseded.
-- returns: id, time, event, role, other, party, detail, known_from, known_until
SELECT i.id, m.time, m.event, m.role, nullif(m.other, ''), m.party, m.detail, m.known_from, m.known_until
FROM mention_ever m JOIN item i ON i.num = m.item
