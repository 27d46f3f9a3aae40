-- Keep an item, a party or a region that a finding names.
-- params:  name, phase, anchor, n
INSERT OR IGNORE INTO named VALUES (:name, :phase, :anchor, :n)
