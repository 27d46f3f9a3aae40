-- The first and the last item of shares that have about as many words each.
-- params:  most
-- returns: first, last
-- order:   first
SELECT min(item) AS first, max(item) AS last
FROM (SELECT item, sum(words) OVER (ORDER BY item) / :most AS share FROM number WHERE words > 0)
GROUP BY share ORDER BY first
