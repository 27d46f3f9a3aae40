-- Note the number of an item that is in the store already.
-- params:  item, num
INSERT INTO number (item, num, words, plain) VALUES (:item, :num, 0, 0)
