-- Items that any event ever named, by id, from one on.
-- params:  after, limit
-- returns: id
-- order:   id
SELECT id FROM item WHERE id > :after ORDER BY id LIMIT :limit
