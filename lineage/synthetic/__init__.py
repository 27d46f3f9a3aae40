"""Seed to a believable history, as events: chance is handed in, no clock is read."""
