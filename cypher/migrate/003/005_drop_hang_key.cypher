// Drop the constraint of the label that is renamed; the new one is created when the store is opened.
DROP CONSTRAINT hang_key IF EXISTS
