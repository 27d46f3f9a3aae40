"""Logins of vehicles by GB/T 32960.3, read as sightings of the packs in them (docs/platform.md)."""
