-- What a row that is kept should say.
-- params:  file, key
-- returns: content
SELECT content FROM wanted WHERE file = :file AND key = :key
