-- Store an item or a party that a finding names.
-- params:  name, phase, anchor, n
INSERT OR IGNORE INTO finding_subject VALUES (:name, :phase, :anchor, :n)
