// What was given and never acknowledged: the giver still answers for it, `to` is who should have it.
// params:  (none)
// returns: item, giver, to, since, held, holds, holder
// order:   since, item
// run:     click and run
MATCH (held:Item)-[holds:HELD_BY {status: 'in_transit'}]->(holder:Enterprise)
WHERE holds.until = datetime('9999-12-31T23:59:59.999Z') OR holds.until > datetime()
RETURN held.name AS item, holder.name AS giver, holds.to AS to, holds.since AS since, held, holds, holder
ORDER BY since, item
LIMIT 100
