// Drop all superseded terms; the journal brings them back.
MATCH (n:SupersededTerm)
DETACH DELETE n
