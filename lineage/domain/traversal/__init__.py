"""Traces, paths, composition and impact over derived edges. Pure."""
