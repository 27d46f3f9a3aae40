-- Everything that was ever known, with [known_from, known_until): current and superseded rows in one view each.
-- The cast gives both halves one affinity: only then does SQLite look into each by its index, and not through the whole of both.
CREATE VIEW IF NOT EXISTS item_ever AS
  SELECT num AS item, kind, consumed, facts, known_from, CAST(253402300799999 AS INTEGER) AS known_until FROM item WHERE facts IS NOT NULL
  UNION ALL SELECT item, kind, consumed, facts, known_from, known_until FROM item_past;
CREATE VIEW IF NOT EXISTS mention_ever AS
  SELECT item, time, event, role, other, party, detail, known_from, CAST(253402300799999 AS INTEGER) AS known_until FROM mention
  UNION ALL SELECT item, time, event, role, other, party, detail, known_from, known_until FROM mention_past;
CREATE VIEW IF NOT EXISTS part_of_ever AS
  SELECT part, since, whole, until, events, known_from, CAST(253402300799999 AS INTEGER) AS known_until FROM part_of
  UNION ALL SELECT part, since, whole, until, events, known_from, known_until FROM part_of_past;
CREATE VIEW IF NOT EXISTS became_ever AS
  SELECT input, output, at, events, known_from, CAST(253402300799999 AS INTEGER) AS known_until FROM became
  UNION ALL SELECT input, output, at, events, known_from, known_until FROM became_past;
CREATE VIEW IF NOT EXISTS held_by_ever AS
  SELECT item, holder, since, until, status, taker, events, known_from, CAST(253402300799999 AS INTEGER) AS known_until FROM held_by
  UNION ALL SELECT item, holder, since, until, status, taker, events, known_from, known_until FROM held_by_past;
CREATE VIEW IF NOT EXISTS term_ever AS
  SELECT text, subject, field, event, label, is_party, known_from, CAST(253402300799999 AS INTEGER) AS known_until FROM term
  UNION ALL SELECT text, subject, field, event, label, is_party, known_from, known_until FROM term_past;
CREATE VIEW IF NOT EXISTS enrolment_ever AS
  SELECT party, time, event, known_from, CAST(253402300799999 AS INTEGER) AS known_until FROM enrolment
  UNION ALL SELECT party, time, event, known_from, known_until FROM enrolment_past;
