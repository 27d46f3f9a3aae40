// Delete everything but constraints and indexes; it commits as it goes.
MATCH (n)
CALL (n) {
  DETACH DELETE n
} IN TRANSACTIONS OF 10000 ROWS
