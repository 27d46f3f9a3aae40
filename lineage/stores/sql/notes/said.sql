-- What is said of the items of a share, one item after the other, in the order in which it was learned.
-- params:  first, last
-- returns: item, time, event, role, other, party, detail, k, sign
-- order:   item, seq
SELECT s.item, s.time, s.event, s.role, s.other, s.party, s.detail, s.k, s.sign
FROM said s JOIN number n ON n.item = s.item
WHERE s.item BETWEEN :first AND :last AND n.words > 0 ORDER BY s.item, s.seq
