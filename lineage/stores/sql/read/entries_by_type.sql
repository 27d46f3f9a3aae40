-- The journal in order of arrival, of one type of event.
-- params:  type, after, limit
-- returns: position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
-- order:   position
SELECT position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
FROM journal WHERE type = :type AND position > :after ORDER BY position LIMIT :limit
