"""Messages of other systems on the command line: loaded as events, written from events."""
