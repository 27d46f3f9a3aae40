"""Evaluates findings, materializes them next to a store and scores them against a known truth."""
