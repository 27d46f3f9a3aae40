// End the import: everything is stored.
MATCH (j:Journal {id: 'journal'})
REMOVE j.import_token
