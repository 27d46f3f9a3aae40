-- Delete the findings of one anchor.
-- params:  phase, anchor
DELETE FROM finding WHERE phase = :phase AND anchor = :anchor
