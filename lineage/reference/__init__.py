"""What a lawyer can read and correct: rule sets, working days; and the few lines that read them."""
