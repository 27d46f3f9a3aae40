-- Add that the custody of a part depends on a whole from a moment on.
-- params:  whole, at, part
INSERT OR IGNORE INTO custody_dependency (whole, at, part) VALUES (:whole, :at, :part)
