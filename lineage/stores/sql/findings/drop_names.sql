-- Drop what the findings about one thing name.
-- params:  phase, anchor
DELETE FROM named WHERE phase = :phase AND anchor = :anchor
