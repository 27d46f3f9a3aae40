// Add events that something refers to and whose own rows come later.
// params:  ids
UNWIND $ids AS id
MERGE (:Event {id: id})
