// Drop all items with their edges and mentions; the journal brings them back.
MATCH (n:Item)
DETACH DELETE n
