-- The findings, as they are stored.
-- returns: phase, anchor, n, kind, body
-- order:   phase, anchor, n
SELECT phase, anchor, n, kind, body FROM finding ORDER BY phase, anchor, n
