-- Events that concern a party, by their own time, after a place.
-- params:  party, after_time, after_event, limit
-- returns: time, event
-- order:   time, event
SELECT time, event FROM party_event
WHERE party = :party AND (time, event) > (:after_time, :after_event) ORDER BY time, event LIMIT :limit
