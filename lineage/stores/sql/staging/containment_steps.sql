-- Steps from a part to a whole that is itself a part: a cycle has no others.
INSERT OR IGNORE INTO containment_step (part, whole)
SELECT c.item, c.other FROM change c
WHERE c.role = 'put_in' AND EXISTS (SELECT 1 FROM change w WHERE w.item = c.other AND w.role = 'put_in')
