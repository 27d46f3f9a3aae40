// Mark the journal as importing, for good: a process of an older release that still runs refuses to read and to write.
// returns: rows
MATCH (j:Journal {id: 'journal'})
SET j.turn = 0
WITH j
SET j.import_token = CASE WHEN j.importing = 'migrated to format 3' THEN j.import_token ELSE j.importing END,
  j.importing = 'migrated to format 3'
RETURN count(j) AS rows
