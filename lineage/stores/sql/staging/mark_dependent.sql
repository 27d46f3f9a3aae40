-- Mark the items that may be on a cycle, or whose custody may depend on a whole, and every whole above them.
-- A removal without custodian and an end inside a whole depend on it; what was a lot from its first change on never does.
INSERT INTO dependent_item (item)
WITH RECURSIVE
  depending (item) AS (
    SELECT part FROM containment_step
    UNION SELECT whole FROM containment_step
    UNION SELECT c.item FROM change c
    WHERE (
        (c.role = 'taken_out' AND c.party IS NULL)
        OR (c.role IN ('ended', 'input') AND EXISTS (SELECT 1 FROM change p WHERE p.item = c.item AND p.role = 'put_in')))
      AND NOT (
        EXISTS (
          SELECT 1 FROM change f WHERE f.item = c.item AND f.role IN ('made', 'output') AND f.sign = 1
            AND f.known_at = (SELECT known_at FROM change o WHERE o.item = c.item ORDER BY seq LIMIT 1))
        AND NOT EXISTS (
          SELECT 1 FROM change d WHERE d.item = c.item AND d.role IN ('made', 'output')
            AND (d.detail <> 'lot' OR d.sign <> 1)))),
  up (item) AS (
    SELECT item FROM depending
    UNION SELECT c.other FROM up JOIN change c ON c.item = up.item
    WHERE c.role IN ('put_in', 'taken_out') AND c.other IS NOT NULL)
SELECT item FROM up
