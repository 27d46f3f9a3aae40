// A superseded term: its key, and since when it was known.
CREATE CONSTRAINT superseded_term_key IF NOT EXISTS FOR (n:SupersededTerm) REQUIRE n.key IS UNIQUE
