// Rename the relationship `SETTLED` of the journal to `LAST_COMMIT` and its property `turn` to `write_lock`, and note format 3.
// returns: rows
MATCH (j:Journal {id: 'journal'})
SET j.turn = 0
WITH j
OPTIONAL MATCH (j)-[s:SETTLED]->(j)
DELETE s
WITH DISTINCT j
MERGE (j)-[c:LAST_COMMIT]->(j)
SET c.commits = j.commits, j.write_lock = 0, j.format = 3
REMOVE j.turn
RETURN count(j) AS rows
