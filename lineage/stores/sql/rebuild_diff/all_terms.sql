-- Every term, current and superseded.
-- returns: text, subject, field, label, event, is_party, known_from, known_until
SELECT text, subject, field, label, event, is_party, known_from, known_until FROM term_ever
