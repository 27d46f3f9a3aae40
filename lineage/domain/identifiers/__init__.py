"""Identifiers of items and parties: reading, check digits, what a battery code says of itself. Pure."""
