-- The items of a partition that have a change which was withdrawn.
-- params:  first, last
-- returns: item
SELECT item FROM item_number WHERE item BETWEEN :first AND :last AND changes > 0 AND uncorrected = 0
