"""Keeps the derived rows of a store in step with its journal."""
