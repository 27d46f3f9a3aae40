"""A thin door: parse, one call, answer. Nothing here decides what an answer is."""
