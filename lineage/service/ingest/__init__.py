"""Events in: validation, acceptance into the journal, verification and export of the journal."""
