-- The journal in order of arrival.
-- params:  after, limit
-- returns: position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
-- order:   position
SELECT position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
FROM journal WHERE position > :after ORDER BY position LIMIT :limit
