-- Add a row of the journal.
-- params:  position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
INSERT INTO journal (position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest)
VALUES (:position, :recorded, :id, :type, :time, :reporter, :event, :sent, :warnings, :submitter, :digest)
