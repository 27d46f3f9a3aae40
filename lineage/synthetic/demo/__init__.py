"""The small history of the demonstration."""
