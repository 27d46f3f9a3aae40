// Search as of an earlier day, in the order in which hits are listed.
CREATE INDEX superseded_term_text IF NOT EXISTS FOR (n:SupersededTerm) ON (n.text, n.subject, n.field)
