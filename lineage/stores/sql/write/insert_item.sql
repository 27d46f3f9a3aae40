-- Add an item that is not stored yet, with its number.
-- params:  num, id, kind, consumed, facts, known_from, checkpoint, contested, on_cycle
INSERT INTO item (num, id, kind, consumed, facts, known_from, checkpoint, contested, on_cycle)
VALUES (:num, :id, :kind, :consumed, :facts, :known_from, :checkpoint, :contested, :on_cycle)
