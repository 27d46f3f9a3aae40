// Store the state of the journal after a commit, and the count of commits by which readers see that something changed.
// params:  position, recorded, digest
MATCH (j:Journal {id: 'journal'})-[s:LAST_COMMIT]->(j) USING INDEX SEEK j:Journal(id)
WITH j, s, j.commits + 1 AS commits, CASE WHEN $recorded IS NULL THEN null ELSE datetime({epochMillis: $recorded, timezone: '+08:00'}) END AS recorded
SET j.position = coalesce($position, j.position), j.digest = coalesce($digest, j.digest),
  j.recorded = CASE WHEN j.recorded > recorded THEN j.recorded ELSE coalesce(recorded, j.recorded) END,
  j.commits = commits, s.commits = commits
