-- Take away a row of held_by that is superseded.
-- params:  item, since, holder, until
DELETE FROM held_by WHERE item = :item AND since = :since AND holder = :holder AND until = :until
