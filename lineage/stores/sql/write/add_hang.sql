-- What the custody of a part hangs on.
-- params:  whole, at, part
INSERT OR IGNORE INTO hang (whole, at, part) VALUES (:whole, :at, :part)
