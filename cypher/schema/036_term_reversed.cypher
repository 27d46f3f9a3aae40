// Search for the end of an identifier, in the order in which hits are listed; other terms have no reversed text.
CREATE INDEX term_reversed IF NOT EXISTS FOR (n:Term) ON (n.reversed, n.subject, n.field)
