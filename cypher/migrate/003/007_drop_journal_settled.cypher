// Drop the index of the relationship that is renamed; the new one is created when the store is opened.
DROP INDEX journal_settled IF EXISTS
