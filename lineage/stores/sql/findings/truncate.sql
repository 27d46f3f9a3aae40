-- Delete every finding.
DELETE FROM finding
