-- Copy a superseded row of became to became_past.
-- params:  input, output, at, known_until
INSERT OR REPLACE INTO became_past (input, output, at, events, known_from, known_until)
SELECT input, output, at, events, known_from, :known_until
FROM became WHERE input = :input AND output = :output AND at = :at AND known_from < :known_until
