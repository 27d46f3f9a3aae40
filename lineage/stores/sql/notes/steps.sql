-- Steps from a part to a whole that is itself a part: a ring has no others.
INSERT OR IGNORE INTO step (part, whole)
SELECT s.item, s.other FROM said s
WHERE s.role = 'put_in' AND EXISTS (SELECT 1 FROM said w WHERE w.item = s.other AND w.role = 'put_in')
