-- Delete a superseded row of became.
-- params:  input, output, at
DELETE FROM became WHERE input = :input AND output = :output AND at = :at
