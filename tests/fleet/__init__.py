"""Generated fleets shared by tests, and an independent check of them."""
