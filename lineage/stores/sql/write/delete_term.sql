-- Delete a superseded row of term.
-- params:  text, subject, field, event
DELETE FROM term WHERE text = :text AND subject = :subject AND field = :field AND event = :event
