-- Take away a row of became that is superseded.
-- params:  input, output, at
DELETE FROM became WHERE input = :input AND output = :output AND at = :at
