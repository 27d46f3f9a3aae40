// Every index: its name, whether it is online, and the constraint that it belongs to.
// returns: rows
SHOW INDEXES YIELD name, state, owningConstraint
RETURN collect([name, state, owningConstraint]) AS rows
