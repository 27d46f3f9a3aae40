"""Benchmarks of the service against other ways to compute the same answers. No package imports this one."""
