-- Since when a party has been named.
-- params:  id, known_from
INSERT INTO party (id, known_from) VALUES (:id, :known_from)
ON CONFLICT (id) DO UPDATE SET known_from = min(known_from, excluded.known_from)
