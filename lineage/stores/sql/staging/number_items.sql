-- Number all other items by id, with the count of their changes, and whether none of these was ever withdrawn.
INSERT INTO item_number (item, num, changes, uncorrected)
SELECT item, (SELECT coalesce(max(num), 0) FROM item_number) + ROW_NUMBER() OVER (ORDER BY item), count(*), min(sign) = 1
FROM change WHERE item NOT IN (SELECT item FROM dependent_item) GROUP BY item ORDER BY item
