-- Whose custody hangs on these wholes.
-- params:  ids
-- returns: whole, at, part
SELECT w.id AS whole, h.at, p.id AS part
FROM json_each(:ids) j JOIN item w ON w.id = j.value JOIN hang h ON h.whole = w.num JOIN item p ON p.num = h.part
