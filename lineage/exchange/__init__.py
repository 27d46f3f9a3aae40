"""Readers of the formats in which events come in, compressed or not."""
