-- The items of a share of which something was taken back, or was never heard of.
-- params:  first, last
-- returns: item
SELECT item FROM number WHERE item BETWEEN :first AND :last AND words > 0 AND plain = 0
