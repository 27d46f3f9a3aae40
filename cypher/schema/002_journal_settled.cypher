// Tells when a commit can be read as a whole: indexes are the last that it reaches.
CREATE INDEX journal_settled IF NOT EXISTS FOR ()-[r:SETTLED]-() ON (r.commits)
