// The state of the journal, the count of commits, whether the last one can be read as a whole, and whether an import is not finished.
// returns: position, recorded, digest, commits, settled, importing
MATCH (j:Journal {id: 'journal'})
RETURN j.position AS position, coalesce(j.recorded.epochMillis, 0) AS recorded, j.digest AS digest, j.commits AS commits,
  COUNT {
    MATCH ()-[s:LAST_COMMIT]->() USING INDEX SEEK s:LAST_COMMIT(commits)
    WHERE s.commits = j.commits
  } = 1 AS settled,
  j.import_token IS NOT NULL AS importing
