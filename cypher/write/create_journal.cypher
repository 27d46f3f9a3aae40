// Create the journal of an empty store, or leave the one that is there.
// params:  version
MERGE (j:Journal {id: 'journal'})
ON CREATE SET j.name = 'journal', j.format = $version, j.position = 0, j.recorded = null, j.digest = '', j.write_lock = 0, j.commits = 0
MERGE (j)-[s:LAST_COMMIT]->(j)
ON CREATE SET s.commits = j.commits
