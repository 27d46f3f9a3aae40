-- What became of what.
-- returns: input, output, at, k, sign, event
-- order:   input, output, at, seq
SELECT input, output, at, k, sign, event FROM gain ORDER BY input, output, at, seq
