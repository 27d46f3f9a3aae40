-- Note that one event makes one item of another, or no longer does.
-- params:  input, output, at, seq, k, sign, event
INSERT INTO gain (input, output, at, seq, k, sign, event) VALUES (:input, :output, :at, :seq, :k, :sign, :event)
