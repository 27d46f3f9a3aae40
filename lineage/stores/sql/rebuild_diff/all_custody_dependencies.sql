-- Every custody dependency.
-- returns: whole, at, part
SELECT w.id AS whole, d.at, p.id AS part FROM custody_dependency d JOIN item w ON w.num = d.whole JOIN item p ON p.num = d.part
