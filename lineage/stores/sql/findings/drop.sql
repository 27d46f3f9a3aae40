-- Drop what was found about one thing.
-- params:  phase, anchor
DELETE FROM finding WHERE phase = :phase AND anchor = :anchor
