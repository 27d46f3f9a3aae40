-- Delete every subject of a finding.
DELETE FROM finding_subject
