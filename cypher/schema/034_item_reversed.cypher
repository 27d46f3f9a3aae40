// Search for the end of an id of an item.
CREATE INDEX item_reversed IF NOT EXISTS FOR (n:Item) ON (n.reversed)
