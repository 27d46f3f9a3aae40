-- All other items.
-- returns: item
-- order:   item
SELECT DISTINCT item FROM said WHERE item NOT IN (SELECT item FROM woven) ORDER BY item
