-- The changes that events state of items, sorted by item, and what decides how each item is replayed.
CREATE TABLE change (
  item TEXT NOT NULL, seq INTEGER NOT NULL, known_at INTEGER NOT NULL, sign INTEGER NOT NULL, time INTEGER NOT NULL,
  event TEXT NOT NULL, role TEXT NOT NULL, other TEXT, party TEXT, detail TEXT, PRIMARY KEY (item, seq)) WITHOUT ROWID;
CREATE TABLE became_change (
  input TEXT NOT NULL, output TEXT NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, known_at INTEGER NOT NULL,
  sign INTEGER NOT NULL, event TEXT NOT NULL);
CREATE TABLE containment_step (part TEXT NOT NULL, whole TEXT NOT NULL, PRIMARY KEY (part, whole)) WITHOUT ROWID;
CREATE TABLE dependent_item (item TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE item_number (
  item TEXT PRIMARY KEY, num INTEGER NOT NULL, changes INTEGER NOT NULL, uncorrected INTEGER NOT NULL) WITHOUT ROWID
