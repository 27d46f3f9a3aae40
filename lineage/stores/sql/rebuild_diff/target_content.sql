-- The content that a stored row should have.
-- params:  file, key
-- returns: content
SELECT content FROM target WHERE file = :file AND key = :key
