"""Tables and trees for people."""
