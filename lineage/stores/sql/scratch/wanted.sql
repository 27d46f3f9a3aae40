-- What a rebuild wants to be kept: the query file that keeps it, its key there, what may differ, and the row.
CREATE TABLE wanted (file TEXT NOT NULL, key TEXT NOT NULL, content BLOB NOT NULL, row BLOB NOT NULL, PRIMARY KEY (file, key))
WITHOUT ROWID
