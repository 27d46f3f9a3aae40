-- Add superseded facts of an item.
-- params:  item, kind, consumed, facts, known_from, known_until
INSERT OR REPLACE INTO item_past (item, kind, consumed, facts, known_from, known_until)
VALUES (:item, :kind, :consumed, :facts, :known_from, :known_until)
