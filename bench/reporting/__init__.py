"""Results, targets, plots and the report."""
