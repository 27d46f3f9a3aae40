-- Mentions of items by events in force at exactly one moment each.
-- params:  moments
-- returns: id, time, event, role, other, party, detail
SELECT i.id, m.time, m.event, m.role, m.other, m.party, m.detail
FROM json_each(:moments) j JOIN item i ON i.id = j.value ->> 0 JOIN mention m ON m.item = i.num AND m.time = j.value ->> 1
