-- Every custody dependency; an item that does not exist has no id.
-- returns: whole, at, part
-- order:   whole, at, part
SELECT w.id AS whole, d.at, p.id AS part
FROM custody_dependency d LEFT JOIN item w ON w.num = d.whole LEFT JOIN item p ON p.num = d.part ORDER BY 1, 2, 3
