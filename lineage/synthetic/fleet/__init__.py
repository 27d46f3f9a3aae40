"""A simulated national fleet of any size, with planted defects and their ground truth; writes no files."""
