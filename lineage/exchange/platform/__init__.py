"""Messages and spreadsheets of the national platform, read as events and written from events (docs/platform.md)."""
