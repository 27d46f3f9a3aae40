-- Delete a superseded row of held_by.
-- params:  item, since, holder, until
DELETE FROM held_by WHERE item = :item AND since = :since AND holder = :holder AND until = :until
