"""The candidates of the comparison; each answers the questions that it can."""
