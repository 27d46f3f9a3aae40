-- Put off the indexes of the journal that only questions need, so that they are built once when it is all there.
DROP INDEX journal_by_reporter;
DROP INDEX journal_by_type
