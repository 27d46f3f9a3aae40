-- What events say of items, sorted by item, and what follows from it for the way in which it is followed.
CREATE TABLE said (
  item TEXT NOT NULL, seq INTEGER NOT NULL, k INTEGER NOT NULL, sign INTEGER NOT NULL, time INTEGER NOT NULL,
  event TEXT NOT NULL, role TEXT NOT NULL, other TEXT, party TEXT, detail TEXT, PRIMARY KEY (item, seq)) WITHOUT ROWID;
CREATE TABLE gain (
  input TEXT NOT NULL, output TEXT NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, k INTEGER NOT NULL,
  sign INTEGER NOT NULL, event TEXT NOT NULL);
CREATE TABLE step (part TEXT NOT NULL, whole TEXT NOT NULL, PRIMARY KEY (part, whole)) WITHOUT ROWID;
CREATE TABLE woven (item TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE number (
  item TEXT PRIMARY KEY, num INTEGER NOT NULL, words INTEGER NOT NULL, plain INTEGER NOT NULL) WITHOUT ROWID
