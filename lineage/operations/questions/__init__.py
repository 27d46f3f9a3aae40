"""Questions, each declared once: its parameters, its answer, the call that answers it, and an example."""
