-- Take away a row of term that is superseded.
-- params:  text, subject, field, event
DELETE FROM term WHERE text = :text AND subject = :subject AND field = :field AND event = :event
