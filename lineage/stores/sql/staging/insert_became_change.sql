-- Add that one event makes one item of another, or no longer does.
-- params:  input, output, at, seq, known_at, sign, event
INSERT INTO became_change (input, output, at, seq, known_at, sign, event) VALUES (:input, :output, :at, :seq, :known_at, :sign, :event)
