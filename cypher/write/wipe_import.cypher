// Delete what an unfinished import left; it commits as it goes.
MATCH (n)
WHERE NOT n:Journal
CALL (n) {
  DETACH DELETE n
} IN TRANSACTIONS OF 10000 ROWS
