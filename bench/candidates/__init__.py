"""Those that are compared: each answers what it can of the same questions."""
