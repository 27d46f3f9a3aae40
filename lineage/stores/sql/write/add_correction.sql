-- What a correction withdraws.
-- params:  id, target, time, recorded, replaces
INSERT INTO correction (id, target, time, recorded, replaces)
VALUES (:id, :target, :time, :recorded, :replaces)
