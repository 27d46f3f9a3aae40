-- Drop everything in enrolment; the journal brings it back.
DELETE FROM enrolment
