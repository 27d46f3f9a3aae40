-- The findings by their anchor, and the items and parties that each names.
-- `phase` 0: items by id, 1: corrections by id. A file of its own, which may be deleted at any time.
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS finding (
  phase INTEGER NOT NULL, anchor TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (phase, anchor, n)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS finding_by_kind ON finding (kind, phase, anchor, n);
CREATE TABLE IF NOT EXISTS finding_subject (
  name TEXT NOT NULL, phase INTEGER NOT NULL, anchor TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (name, phase, anchor, n)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS finding_subject_by_anchor ON finding_subject (phase, anchor)
