// Store items as known now; the label of the kind follows the kind.
// params:  rows
UNWIND $rows AS row
MERGE (x:Item {id: row.id})
WITH x, row, coalesce(x.kind, '') <> coalesce(row.kind, '') AS relabelled
FOREACH (_ IN CASE WHEN relabelled THEN [1] ELSE [] END |
  REMOVE x:Cell:Module:Pack:Vehicle:Lot:Part
  SET x:$(row.labels))
SET x.name = row.name, x.kind = row.kind, x.first = CASE WHEN row.first IS NULL THEN null ELSE datetime({epochMillis: row.first, timezone: '+08:00'}) END,
  x.born = CASE WHEN row.born IS NULL THEN null ELSE datetime({epochMillis: row.born, timezone: '+08:00'}) END,
  x.consumed = CASE WHEN row.consumed IS NULL THEN null ELSE datetime({epochMillis: row.consumed, timezone: '+08:00'}) END,
  x.facts = row.facts, x.checkpoint = row.checkpoint, x.known_from = datetime({epochMillis: row.known_from, timezone: '+08:00'}),
  x.reversed = row.reversed, x.contested = row.contested, x.on_cycle = row.on_cycle
