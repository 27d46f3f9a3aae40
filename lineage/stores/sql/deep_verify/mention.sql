-- Every mention, current and superseded; a row of an item that does not exist has no id.
-- returns: id, time, event, role, other, party, detail, known_from, known_until
-- order:   id, time, event, role, other, party, detail, known_from, known_until
SELECT i.id, m.time, m.event, m.role, m.other, m.party, m.detail, m.known_from, m.known_until
FROM mention_ever m LEFT JOIN item i ON i.num = m.item ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
