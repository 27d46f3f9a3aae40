-- Rename the table `named` to `finding_subject`, and the row `judged` of `meta` to `evaluated_up_to`.
ALTER TABLE named RENAME TO finding_subject;
DROP INDEX named_by_anchor;
CREATE INDEX finding_subject_by_anchor ON finding_subject (phase, anchor);
UPDATE meta SET key = 'evaluated_up_to' WHERE key = 'judged'
