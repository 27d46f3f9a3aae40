// Drop the index of the property that is renamed; the new one is created when the store is opened.
DROP INDEX item_ringed IF EXISTS
