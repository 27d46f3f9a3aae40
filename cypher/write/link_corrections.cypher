// Draw the edge from each correction to its target, once both are there.
// params:  ids
UNWIND $ids AS id
MATCH (c:Correction {target: id}) USING INDEX SEEK c:Correction(target)
MATCH (e:Event {id: id})
MERGE (c)-[:CORRECTS]->(e)
