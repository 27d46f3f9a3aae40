-- Copy the changes that one process read, sorted by item.
INSERT INTO change SELECT item, seq, known_at, sign, time, event, role, other, party, detail FROM writer.change ORDER BY item, seq
