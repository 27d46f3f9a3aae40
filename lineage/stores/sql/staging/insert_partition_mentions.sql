-- Store the mentions of a partition, of the items of which nothing was ever withdrawn: their changes are what is known.
-- params:  first, last
INSERT OR REPLACE INTO mention (item, time, event, role, other, party, detail, known_from)
SELECT n.num, c.time, c.event, c.role, coalesce(c.other, ''), c.party, c.detail, c.known_at
FROM staging.item_number n CROSS JOIN staging.change c ON c.item = n.item
WHERE n.item BETWEEN :first AND :last AND n.changes > 0 AND n.uncorrected = 1 ORDER BY n.item, c.seq
