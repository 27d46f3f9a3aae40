-- Add a correction by what it targets.
-- params:  id, target, time, recorded, replaces
INSERT INTO correction (id, target, time, recorded, replaces)
VALUES (:id, :target, :time, :recorded, :replaces)
