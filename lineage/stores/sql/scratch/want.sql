-- Want a row to be kept.
-- params:  file, key, content, row
INSERT OR REPLACE INTO wanted (file, key, content, row) VALUES (:file, :key, :content, :row)
