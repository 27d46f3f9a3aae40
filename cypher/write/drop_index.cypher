// Drop what a killed schema step left behind: an index that bears the name of a constraint and belongs to none.
// params:  name
DROP INDEX $name IF EXISTS
