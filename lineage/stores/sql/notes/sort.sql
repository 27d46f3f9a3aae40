-- What is said of each item, together.
INSERT INTO said SELECT item, seq, k, sign, time, event, role, other, party, detail FROM heard ORDER BY item, seq
