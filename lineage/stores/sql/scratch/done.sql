-- A row that is kept already says what it should.
-- params:  file, key
DELETE FROM wanted WHERE file = :file AND key = :key
