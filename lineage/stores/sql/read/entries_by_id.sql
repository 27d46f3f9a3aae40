-- Rows of the journal with these event ids.
-- params:  ids
-- returns: position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
SELECT position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
FROM journal WHERE id IN (SELECT value FROM json_each(:ids))
