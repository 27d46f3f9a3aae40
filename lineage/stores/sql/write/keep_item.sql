-- An item as known now.
-- params:  id, kind, consumed, facts, known_from, head, contested, ringed
INSERT INTO item (id, kind, consumed, facts, known_from, head, contested, ringed)
VALUES (:id, :kind, :consumed, :facts, :known_from, :head, :contested, :ringed)
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, consumed = excluded.consumed, facts = excluded.facts,
  known_from = excluded.known_from, head = excluded.head, contested = excluded.contested, ringed = excluded.ringed
