-- Drop the indexes of the journal that only questions need, so that they are built once when all rows are there.
DROP INDEX journal_by_reporter;
DROP INDEX journal_by_type
