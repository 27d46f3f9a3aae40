"""Histories, stores and servers that are measured."""
