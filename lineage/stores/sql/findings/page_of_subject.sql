-- Findings that name an item or a party, after a cursor.
-- params:  name, phase, anchor, n
-- returns: phase, anchor, n, body
-- order:   phase, anchor, n
SELECT m.phase, m.anchor, m.n, f.body
FROM finding_subject m JOIN finding f ON f.phase = m.phase AND f.anchor = m.anchor AND f.n = m.n
WHERE m.name = :name AND (m.phase, m.anchor, m.n) > (:phase, :anchor, :n)
ORDER BY m.phase, m.anchor, m.n
