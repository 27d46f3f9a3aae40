-- Add a row of became that is known from now on.
-- params:  input, output, at, events, known_from
INSERT OR REPLACE INTO became (input, output, at, events, known_from)
VALUES (:input, :output, :at, :events, :known_from)
