// Drop all terms; the journal brings them back.
MATCH (n:Term)
DETACH DELETE n
