// Drop all parties with their holdings and enrolments; the journal brings them back.
MATCH (n:Enterprise)
DETACH DELETE n
