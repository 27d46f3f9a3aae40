-- Delete the target of a row that is stored as it should be.
-- params:  file, key
DELETE FROM target WHERE file = :file AND key = :key
