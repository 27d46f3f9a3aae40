"""Pure: no file, no socket, no clock, no dice."""
