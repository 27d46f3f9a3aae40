-- An item that is not there yet, with its number.
-- params:  num, id, kind, consumed, facts, known_from, head, contested, ringed
INSERT INTO item (num, id, kind, consumed, facts, known_from, head, contested, ringed)
VALUES (:num, :id, :kind, :consumed, :facts, :known_from, :head, :contested, :ringed)
