-- Copy what one process read of what became of what.
INSERT INTO became_change SELECT input, output, at, seq, known_at, sign, event FROM writer.became_change
