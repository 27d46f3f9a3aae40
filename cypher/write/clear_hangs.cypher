// Drop all what custody hangs on; the journal brings them back.
MATCH (n:Hang)
DETACH DELETE n
