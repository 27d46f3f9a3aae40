// Corrections by what they target.
CREATE INDEX correction_target IF NOT EXISTS FOR (n:Correction) ON (n.target)
