-- Every table of the store: the journal, and what is derived from it.
-- Times are whole milliseconds UTC. What is superseded is stored in *_past tables, so that the current graph needs no predicate.
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (
  position INTEGER PRIMARY KEY, recorded INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
  time INTEGER NOT NULL, reporter TEXT NOT NULL, event TEXT NOT NULL, sent TEXT, warnings TEXT NOT NULL,
  submitter TEXT, digest TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS journal_by_reporter ON journal (reporter, position);
CREATE INDEX IF NOT EXISTS journal_by_recorded ON journal (recorded);
CREATE INDEX IF NOT EXISTS journal_by_type ON journal (type, position);
CREATE TABLE IF NOT EXISTS correction (
  id TEXT PRIMARY KEY, target TEXT NOT NULL, time INTEGER NOT NULL, recorded INTEGER NOT NULL, replaces INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS correction_by_target ON correction (target);
CREATE TABLE IF NOT EXISTS party_event (
  party TEXT NOT NULL, time INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (party, time, event)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (
  num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT, consumed INTEGER, facts TEXT, known_from INTEGER NOT NULL,
  checkpoint TEXT NOT NULL, contested INTEGER NOT NULL, on_cycle INTEGER NOT NULL, reversed TEXT);
CREATE INDEX IF NOT EXISTS item_reversed ON item (reversed, id);
CREATE INDEX IF NOT EXISTS item_contested ON item (id) WHERE contested = 1 OR on_cycle = 1;
CREATE TABLE IF NOT EXISTS item_past (
  item INTEGER NOT NULL, kind TEXT NOT NULL, consumed INTEGER, facts TEXT NOT NULL, known_from INTEGER NOT NULL,
  known_until INTEGER NOT NULL, PRIMARY KEY (item, known_from)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mention (
  item INTEGER NOT NULL, time INTEGER NOT NULL, event TEXT NOT NULL, role TEXT NOT NULL, other TEXT NOT NULL, party TEXT,
  detail TEXT, known_from INTEGER NOT NULL, PRIMARY KEY (item, time, event, role, other)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mention_of_pair ON mention (item, other) WHERE role IN ('put_in', 'taken_out');
CREATE INDEX IF NOT EXISTS mention_seen_inside ON mention (other) WHERE role = 'seen';
CREATE TABLE IF NOT EXISTS mention_past (
  item INTEGER NOT NULL, time INTEGER NOT NULL, event TEXT NOT NULL, role TEXT NOT NULL, other TEXT NOT NULL, party TEXT,
  detail TEXT, known_from INTEGER NOT NULL, known_until INTEGER NOT NULL,
  PRIMARY KEY (item, time, event, role, other, known_from)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mention_past_seen_inside ON mention_past (other) WHERE role = 'seen';
CREATE TABLE IF NOT EXISTS part_of (
  part INTEGER NOT NULL, since INTEGER NOT NULL, whole INTEGER NOT NULL, until INTEGER NOT NULL,
  known_from INTEGER NOT NULL, events TEXT NOT NULL, PRIMARY KEY (part, whole, since, until)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS part_of_whole ON part_of (whole, part);
CREATE TABLE IF NOT EXISTS part_of_past (
  part INTEGER NOT NULL, since INTEGER NOT NULL, whole INTEGER NOT NULL, until INTEGER NOT NULL,
  known_from INTEGER NOT NULL, events TEXT NOT NULL, known_until INTEGER NOT NULL,
  PRIMARY KEY (part, whole, since, until, known_from)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS part_of_past_whole ON part_of_past (whole, part);
CREATE TABLE IF NOT EXISTS became (
  input INTEGER NOT NULL, output INTEGER NOT NULL, at INTEGER NOT NULL, known_from INTEGER NOT NULL, events TEXT NOT NULL,
  PRIMARY KEY (input, output, at)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS became_output ON became (output, input);
CREATE TABLE IF NOT EXISTS became_past (
  input INTEGER NOT NULL, output INTEGER NOT NULL, at INTEGER NOT NULL, known_from INTEGER NOT NULL, events TEXT NOT NULL,
  known_until INTEGER NOT NULL, PRIMARY KEY (input, output, at, known_from)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS became_past_output ON became_past (output, input);
CREATE TABLE IF NOT EXISTS held_by (
  item INTEGER NOT NULL, holder TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, status TEXT NOT NULL,
  taker TEXT, known_from INTEGER NOT NULL, events TEXT NOT NULL, PRIMARY KEY (item, since, holder, until)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_by_holder ON held_by (holder, until, since);
CREATE INDEX IF NOT EXISTS held_by_taker ON held_by (taker, until, since) WHERE taker IS NOT NULL;
CREATE TABLE IF NOT EXISTS held_by_past (
  item INTEGER NOT NULL, holder TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, status TEXT NOT NULL,
  taker TEXT, known_from INTEGER NOT NULL, events TEXT NOT NULL, known_until INTEGER NOT NULL,
  PRIMARY KEY (item, since, holder, until, known_from)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_by_past_holder ON held_by_past (holder, known_until, known_from, until, since);
CREATE INDEX IF NOT EXISTS held_by_past_taker ON held_by_past (taker, until, since) WHERE taker IS NOT NULL;
CREATE TABLE IF NOT EXISTS custody_dependency (
  whole INTEGER NOT NULL, at INTEGER NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (whole, at, part)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS term (
  text TEXT NOT NULL, subject TEXT NOT NULL, field TEXT NOT NULL, event TEXT NOT NULL, label TEXT NOT NULL,
  is_party INTEGER NOT NULL, known_from INTEGER NOT NULL, reversed TEXT, PRIMARY KEY (text, subject, field, event)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS term_reversed ON term (reversed, subject) WHERE reversed IS NOT NULL;
CREATE TABLE IF NOT EXISTS term_past (
  text TEXT NOT NULL, subject TEXT NOT NULL, field TEXT NOT NULL, event TEXT NOT NULL, label TEXT NOT NULL,
  is_party INTEGER NOT NULL, known_from INTEGER NOT NULL, known_until INTEGER NOT NULL, reversed TEXT,
  PRIMARY KEY (text, subject, field, event, known_from)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS term_past_reversed ON term_past (reversed, subject) WHERE reversed IS NOT NULL;
CREATE TABLE IF NOT EXISTS enrolment (
  party TEXT NOT NULL, time INTEGER NOT NULL, event TEXT NOT NULL, known_from INTEGER NOT NULL,
  PRIMARY KEY (party, time, event)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS enrolment_past (
  party TEXT NOT NULL, time INTEGER NOT NULL, event TEXT NOT NULL, known_from INTEGER NOT NULL, known_until INTEGER NOT NULL,
  PRIMARY KEY (party, time, event, known_from)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS party (id TEXT PRIMARY KEY, known_from INTEGER NOT NULL, named TEXT NOT NULL, reversed TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS party_reversed ON party (reversed);
