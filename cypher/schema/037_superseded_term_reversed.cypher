// Search for the end of an identifier as of an earlier day, in the order in which hits are listed.
CREATE INDEX superseded_term_reversed IF NOT EXISTS FOR (n:SupersededTerm) ON (n.reversed, n.subject, n.field)
