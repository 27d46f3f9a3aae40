-- Delete a superseded row of part_of.
-- params:  part, whole, since, until
DELETE FROM part_of WHERE part = :part AND whole = :whole AND since = :since AND until = :until
