-- Add a row of term that was known for a time.
-- params:  text, subject, field, event, label, is_party, reversed, known_from, known_until
INSERT OR REPLACE INTO term_past (text, subject, field, event, label, is_party, reversed, known_from, known_until)
VALUES (:text, :subject, :field, :event, :label, :is_party, :reversed, :known_from, :known_until)
