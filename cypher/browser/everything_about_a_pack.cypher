// Everything that touches one pack, one step away: parts, wholes, holders and the reports that name it.
// params:  pack
// returns: pack, edge, neighbour
// order:   neighbour.name, edge.since
// run:     set the parameters on the first slide, then click and run; double-click a circle to go on from there
MATCH (pack:Item {id: $pack})-[edge:PART_OF|BECAME|HELD_BY|NAMES]-(neighbour)
RETURN pack, edge, neighbour
ORDER BY neighbour.name, edge.since
LIMIT 100
