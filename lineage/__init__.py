"""Lineage, custody and responsibility of traction batteries, from immutable event reports."""

__version__ = "0.1.0"
