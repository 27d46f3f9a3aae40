"""Measurements beside other ways to do the same. Imports anything, is imported by nothing."""
