-- Rename the table `named` to `finding_subject`, and empty the file: its findings are evaluated again by the rules of this release.
ALTER TABLE named RENAME TO finding_subject;
DROP INDEX named_by_anchor;
CREATE INDEX finding_subject_by_anchor ON finding_subject (phase, anchor);
DELETE FROM finding;
DELETE FROM finding_subject;
DELETE FROM meta
