-- The mentions of a share, of items of which nothing was ever taken back: what was noted is what is known.
-- params:  first, last
INSERT OR REPLACE INTO mention (item, time, event, role, other, party, detail, known_from)
SELECT n.num, s.time, s.event, s.role, coalesce(s.other, ''), s.party, s.detail, s.k
FROM notes.number n CROSS JOIN notes.said s ON s.item = n.item
WHERE n.item BETWEEN :first AND :last AND n.words > 0 AND n.plain = 1 ORDER BY n.item, s.seq
