-- Take away a row of enrolment that is superseded.
-- params:  party, time, event
DELETE FROM enrolment WHERE party = :party AND time = :time AND event = :event
