// Items that may be in conflict; the property is absent from all others.
CREATE INDEX item_contested IF NOT EXISTS FOR (n:Item) ON (n.contested)
