// Search, in the order in which hits are listed.
CREATE INDEX term_text IF NOT EXISTS FOR (n:Term) ON (n.text, n.subject, n.field)
