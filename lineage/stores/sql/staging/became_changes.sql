-- All changes of what became of what.
-- returns: input, output, at, known_at, sign, event
-- order:   input, output, at, seq
SELECT input, output, at, known_at, sign, event FROM became_change ORDER BY input, output, at, seq
