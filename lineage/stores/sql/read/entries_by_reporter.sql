-- The journal in order of arrival, of one reporter.
-- params:  reporter, after, limit
-- returns: position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
-- order:   position
SELECT position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
FROM journal WHERE reporter = :reporter AND position > :after ORDER BY position LIMIT :limit
