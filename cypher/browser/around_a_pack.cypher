// The neighbours of one pack: the modules in it, the vehicles that it was in, its holders.
// params: pack
// run:    in Neo4j Browser, after :params on the first slide; click a line or a circle for its dates
MATCH (pack:Item {id: $pack})-[edge:PART_OF|BECAME|HELD_BY]-(neighbour)
RETURN pack, edge, neighbour
ORDER BY neighbour.name, edge.since
LIMIT 100
