"""Synthetic histories made from a seed: the random source is an argument, no clock is read."""
