-- What is said of all other items, one item after the other, in the order in which it was learned.
-- returns: item, k, sign, time, event, role, other, party, detail
-- order:   item, seq
SELECT item, k, sign, time, event, role, other, party, detail
FROM said WHERE item NOT IN (SELECT item FROM woven) ORDER BY item, seq
