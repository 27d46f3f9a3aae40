"""Catena-X aspect models, read into events."""
