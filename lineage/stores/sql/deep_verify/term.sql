-- Every term, current and superseded.
-- returns: text, subject, field, event, label, is_party, known_from, known_until
-- order:   text, subject, field, event, label, is_party, known_from, known_until
SELECT text, subject, field, event, label, is_party, known_from, known_until FROM term_ever ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
