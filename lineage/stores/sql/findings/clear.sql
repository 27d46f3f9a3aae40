-- Drop every finding.
DELETE FROM finding
