-- Add a row of became that was known for a time.
-- params:  input, output, at, events, known_from, known_until
INSERT OR REPLACE INTO became_past (input, output, at, events, known_from, known_until)
VALUES (:input, :output, :at, :events, :known_from, :known_until)
