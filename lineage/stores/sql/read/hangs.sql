-- Whose custody hangs on these wholes, at or after the moment beside each.
-- params:  since
-- returns: whole, at, part
SELECT w.id AS whole, h.at, p.id AS part
FROM json_each(:since) j JOIN item w ON w.id = j.value ->> 0
JOIN hang h ON h.whole = w.num AND h.at >= j.value ->> 1 JOIN item p ON p.num = h.part
