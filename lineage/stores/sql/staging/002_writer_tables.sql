-- The changes that one process reads out of events: of items, and of what became of them.
CREATE TABLE IF NOT EXISTS change (
  item TEXT NOT NULL, seq INTEGER NOT NULL, known_at INTEGER NOT NULL, sign INTEGER NOT NULL, time INTEGER NOT NULL,
  event TEXT NOT NULL, role TEXT NOT NULL, other TEXT, party TEXT, detail TEXT);
CREATE TABLE IF NOT EXISTS became_change (
  input TEXT NOT NULL, output TEXT NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, known_at INTEGER NOT NULL,
  sign INTEGER NOT NULL, event TEXT NOT NULL)
