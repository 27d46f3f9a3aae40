-- Add an item that is not stored yet, with its number.
-- params:  num, id, kind, consumed, facts, known_from, checkpoint, contested, on_cycle, reversed
INSERT INTO item (num, id, kind, consumed, facts, known_from, checkpoint, contested, on_cycle, reversed)
VALUES (:num, :id, :kind, :consumed, :facts, :known_from, :checkpoint, :contested, :on_cycle, :reversed)
