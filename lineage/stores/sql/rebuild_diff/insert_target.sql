-- Add a row as it should be stored.
-- params:  file, key, content, row
INSERT OR REPLACE INTO target (file, key, content, row) VALUES (:file, :key, :content, :row)
