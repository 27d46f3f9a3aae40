"""Every question, declared once: what it takes, what it answers, the call that answers it, and an example."""
