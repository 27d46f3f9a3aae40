"""Spreadsheets of firms, read as records of messages: a row is a record."""
