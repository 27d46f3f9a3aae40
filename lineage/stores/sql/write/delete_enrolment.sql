-- Delete a superseded row of enrolment.
-- params:  party, time, event
DELETE FROM enrolment WHERE party = :party AND time = :time AND event = :event
