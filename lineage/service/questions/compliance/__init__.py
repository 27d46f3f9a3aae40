"""Questions about rules: duties, responsibility, conduct, yearly intake and the check before a report."""
