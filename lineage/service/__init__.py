"""Use cases: events in, answers out. Knows stores by their interface only; clocks and settings are handed in."""
