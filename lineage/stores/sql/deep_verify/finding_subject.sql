-- The items and parties that findings name.
-- returns: name, phase, anchor, n
-- order:   name, phase, anchor, n
SELECT name, phase, anchor, n FROM finding_subject ORDER BY name, phase, anchor, n
