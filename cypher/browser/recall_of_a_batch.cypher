// Q1: which vehicles have an item of this batch in them now, or had one once?
// params: batch
// run:    in Neo4j Browser; $batch in small letters, as it is searched by; the same as `lineage impact --batch`
MATCH (t:Term {text: $batch}) USING INDEX t:Term(text, subject, field)
WHERE t.field = 'batch' AND t.subject > ''
MATCH path = (:Item {id: t.subject})-[:PART_OF*1..4]->(v:Vehicle)
UNWIND relationships(path) AS stay
WITH v, t.subject AS item, path, max(stay.since) AS since, min(stay.until) AS until
WHERE since < until
WITH v, item, max(until) AS until
WITH v, count(DISTINCT item) AS items, sum(CASE WHEN datetime() < until THEN 1 ELSE 0 END) AS inside_now
RETURN v.id AS vin, v.name AS vehicle, CASE WHEN inside_now > 0 THEN 'now' ELSE 'once' END AS status, items, inside_now
ORDER BY status, vin
LIMIT 1000
