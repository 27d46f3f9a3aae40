-- Add a row of term that is known from now on.
-- params:  text, subject, field, event, label, is_party, reversed, known_from
INSERT OR REPLACE INTO term (text, subject, field, event, label, is_party, reversed, known_from)
VALUES (:text, :subject, :field, :event, :label, :is_party, :reversed, :known_from)
