-- Custody that depends on these wholes, at or after the moment given with each.
-- params:  since
-- returns: whole, at, part
SELECT w.id AS whole, d.at, p.id AS part
FROM json_each(:since) j JOIN item w ON w.id = j.value ->> 0
JOIN custody_dependency d ON d.whole = w.num AND d.at >= j.value ->> 1 JOIN item p ON p.num = d.part
