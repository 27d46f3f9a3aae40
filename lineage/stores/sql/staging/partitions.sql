-- The first and the last item of partitions that have about as many changes each.
-- params:  most
-- returns: first, last
-- order:   first
SELECT min(item) AS first, max(item) AS last
FROM (SELECT item, sum(changes) OVER (ORDER BY item) / :most AS share FROM item_number WHERE changes > 0)
GROUP BY share ORDER BY first
