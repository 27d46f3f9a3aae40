-- What one process heard of what became of what.
INSERT INTO gain SELECT input, output, at, seq, k, sign, event FROM ear.gain
