-- Add the number of an item that is in the store already.
-- params:  item, num
INSERT INTO item_number (item, num, changes, uncorrected) VALUES (:item, :num, 0, 0)
