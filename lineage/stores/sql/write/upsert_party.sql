-- Store when events in force have named a party.
-- params:  id, known_from, named, reversed
INSERT INTO party (id, known_from, named, reversed) VALUES (:id, :known_from, :named, :reversed)
ON CONFLICT (id) DO UPDATE SET known_from = excluded.known_from, named = excluded.named, reversed = excluded.reversed
