-- Ins and outs of pairs of a part and a whole.
-- params:  pairs
-- returns: id, time, event, role, other, party, detail
SELECT i.id, m.time, m.event, m.role, m.other, m.party, m.detail
FROM json_each(:pairs) j JOIN item i ON i.id = j.value ->> 0
JOIN mention m ON m.item = i.num AND m.other = j.value ->> 1 AND m.role IN ('put_in', 'taken_out')
