"""Projection: the derived rows of a store follow its journal."""
