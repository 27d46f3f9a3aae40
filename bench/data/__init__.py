"""Histories, stores and servers for the measurements."""
