-- Mentions of items by events in force, as known now.
-- params:  ids
-- returns: id, time, event, role, other, party, detail
SELECT i.id, m.time, m.event, m.role, m.other, m.party, m.detail
FROM json_each(:ids) j JOIN item i ON i.id = j.value JOIN mention m ON m.item = i.num
