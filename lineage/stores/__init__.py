"""The only room that opens a database."""
