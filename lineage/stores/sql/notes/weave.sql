-- Items that may be in a ring, or whose custody may have to be asked of a whole, and every whole above them.
-- A removal without custodian and an end inside a whole ask; what was a lot from its first word on never does.
INSERT INTO woven (item)
WITH RECURSIVE
  asking (item) AS (
    SELECT part FROM step
    UNION SELECT whole FROM step
    UNION SELECT s.item FROM said s
    WHERE (
        (s.role = 'taken_out' AND s.party IS NULL)
        OR (s.role IN ('ended', 'input') AND EXISTS (SELECT 1 FROM said p WHERE p.item = s.item AND p.role = 'put_in')))
      AND NOT (
        EXISTS (
          SELECT 1 FROM said f WHERE f.item = s.item AND f.role IN ('made', 'output') AND f.sign = 1
            AND f.k = (SELECT k FROM said o WHERE o.item = s.item ORDER BY seq LIMIT 1))
        AND NOT EXISTS (
          SELECT 1 FROM said d WHERE d.item = s.item AND d.role IN ('made', 'output')
            AND (d.detail <> 'lot' OR d.sign <> 1)))),
  up (item) AS (
    SELECT item FROM asking
    UNION SELECT s.other FROM up JOIN said s ON s.item = up.item
    WHERE s.role IN ('put_in', 'taken_out') AND s.other IS NOT NULL)
SELECT item FROM up
