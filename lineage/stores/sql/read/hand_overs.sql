-- Mentions of items by hand-overs of custody in force, as known then.
-- params:  ids, known_at
-- returns: id, time, event, role, other, party, detail
SELECT i.id, m.time, m.event, m.role, m.other, m.party, m.detail
FROM json_each(:ids) j JOIN item i ON i.id = j.value JOIN mention_ever m ON m.item = i.num
WHERE m.role = 'moved' AND m.known_from <= :known_at AND :known_at < m.known_until
