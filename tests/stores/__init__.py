"""Helpers for stores of an older format, and for emptying a graph."""
