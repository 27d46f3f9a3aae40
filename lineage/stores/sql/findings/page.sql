-- Findings after a cursor.
-- params:  phase, anchor, n
-- returns: phase, anchor, n, body
-- order:   phase, anchor, n
SELECT phase, anchor, n, body FROM finding WHERE (phase, anchor, n) > (:phase, :anchor, :n)
ORDER BY phase, anchor, n
