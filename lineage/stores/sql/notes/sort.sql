-- What one process heard of each item, together.
INSERT INTO said SELECT item, seq, k, sign, time, event, role, other, party, detail FROM ear.heard ORDER BY item, seq
