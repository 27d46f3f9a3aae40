-- Every party that was ever known to hold anything, or enrolled.
-- returns: party
SELECT holder AS party FROM held_by_ever UNION SELECT party FROM enrolment_ever
