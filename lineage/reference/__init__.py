"""Reference data that a lawyer can read and correct: rule sets and working days, with their readers."""
