-- The journal in order of arrival, of the events that name one item.
-- params:  item, after, limit
-- returns: position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
-- order:   position
SELECT position, recorded, id, type, time, reporter, event, sent, warnings, submitter, digest
FROM journal WHERE position > :after AND id IN (
  SELECT m.event FROM mention_ever m JOIN item i ON i.num = m.item WHERE i.id = :item)
ORDER BY position LIMIT :limit
