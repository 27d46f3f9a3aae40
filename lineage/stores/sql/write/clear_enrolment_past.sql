-- Drop everything in enrolment_past; the journal brings it back.
DELETE FROM enrolment_past
