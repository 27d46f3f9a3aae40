-- All other items get their numbers by id: how many words each has, and whether nothing of it was ever taken back.
INSERT INTO number (item, num, words, plain)
SELECT item, (SELECT coalesce(max(num), 0) FROM number) + ROW_NUMBER() OVER (ORDER BY item), count(*), min(sign) = 1
FROM said WHERE item NOT IN (SELECT item FROM woven) GROUP BY item ORDER BY item
