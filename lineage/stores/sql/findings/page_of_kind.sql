-- Findings of one kind after a cursor.
-- params:  kind, phase, anchor, n
-- returns: phase, anchor, n, body
-- order:   phase, anchor, n
SELECT phase, anchor, n, body FROM finding WHERE kind = :kind AND (phase, anchor, n) > (:phase, :anchor, :n)
ORDER BY phase, anchor, n
