"""A slow, obvious reading of contract 2 to 5 and 8: no store, no clock, standard library only."""

from tests.reference.oracle import Oracle

__all__ = ["Oracle"]
