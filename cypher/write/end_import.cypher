// The import is all there.
MATCH (j:Journal {id: 'journal'})
REMOVE j.importing
