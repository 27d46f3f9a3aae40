-- The rows that a rebuild should store: the query file that writes each, its key, what may differ, and the row.
CREATE TABLE target (file TEXT NOT NULL, key TEXT NOT NULL, content BLOB NOT NULL, row BLOB NOT NULL, PRIMARY KEY (file, key))
WITHOUT ROWID
