-- Store when events in force have named a party.
-- params:  id, known_from, named
INSERT INTO party (id, known_from, named) VALUES (:id, :known_from, :named)
ON CONFLICT (id) DO UPDATE SET known_from = excluded.known_from, named = excluded.named
