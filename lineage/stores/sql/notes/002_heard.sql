-- What one process hears of events as it reads them: what they say of items, and what becomes of them.
CREATE TABLE IF NOT EXISTS heard (
  item TEXT NOT NULL, seq INTEGER NOT NULL, k INTEGER NOT NULL, sign INTEGER NOT NULL, time INTEGER NOT NULL,
  event TEXT NOT NULL, role TEXT NOT NULL, other TEXT, party TEXT, detail TEXT);
CREATE TABLE IF NOT EXISTS gain (
  input TEXT NOT NULL, output TEXT NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, k INTEGER NOT NULL,
  sign INTEGER NOT NULL, event TEXT NOT NULL)
