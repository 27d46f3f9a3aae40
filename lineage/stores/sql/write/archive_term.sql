-- Copy a superseded row of term to term_past.
-- params:  text, subject, field, event, known_until
INSERT OR REPLACE INTO term_past (text, subject, field, event, label, is_party, reversed, known_from, known_until)
SELECT text, subject, field, event, label, is_party, reversed, known_from, :known_until
FROM term WHERE text = :text AND subject = :subject AND field = :field AND event = :event AND known_from < :known_until
