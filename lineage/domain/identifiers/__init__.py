"""Identifiers of items and parties: reading, check digits, decoding for people. Pure."""
