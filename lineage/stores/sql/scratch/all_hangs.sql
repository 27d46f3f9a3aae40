-- Everything that custody hangs on.
-- returns: whole, at, part
SELECT w.id AS whole, h.at, p.id AS part FROM hang h JOIN item w ON w.num = h.whole JOIN item p ON p.num = h.part
