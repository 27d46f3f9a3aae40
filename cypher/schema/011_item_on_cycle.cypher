// Items that were once part of themselves; the property is absent from all others.
CREATE INDEX item_on_cycle IF NOT EXISTS FOR (n:Item) ON (n.on_cycle)
