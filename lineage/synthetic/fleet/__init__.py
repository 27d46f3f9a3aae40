"""A national fleet of any size with planted defects and known truth: chance is handed in, nothing is written here."""
