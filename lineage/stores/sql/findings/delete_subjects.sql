-- Delete the subjects of the findings of one anchor.
-- params:  phase, anchor
DELETE FROM finding_subject WHERE phase = :phase AND anchor = :anchor
