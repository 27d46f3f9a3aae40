"""Input formats: JSON lines, JSON arrays, compressed files, and Catena-X aspects."""
