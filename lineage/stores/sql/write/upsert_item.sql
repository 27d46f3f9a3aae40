-- Store an item as known now.
-- params:  id, kind, consumed, facts, known_from, checkpoint, contested, on_cycle, reversed
INSERT INTO item (id, kind, consumed, facts, known_from, checkpoint, contested, on_cycle, reversed)
VALUES (:id, :kind, :consumed, :facts, :known_from, :checkpoint, :contested, :on_cycle, :reversed)
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, consumed = excluded.consumed, facts = excluded.facts,
  known_from = excluded.known_from, checkpoint = excluded.checkpoint, contested = excluded.contested, on_cycle = excluded.on_cycle, reversed = excluded.reversed
