"""Commands that generate a fleet and score findings against its truth."""
