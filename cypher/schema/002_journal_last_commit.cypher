// The count of the last commit; indexes are the last that a commit reaches, so it shows when all of it can be read.
CREATE INDEX journal_last_commit IF NOT EXISTS FOR ()-[r:LAST_COMMIT]-() ON (r.commits)
