"""A small invented history for `lineage demo`: 13 enterprises, seven years."""
