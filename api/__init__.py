"""The HTTP interface: parse, one call, answer. Nothing here decides what an answer is."""
