-- Superseded facts of all items; a row of an item that does not exist has no id.
-- returns: id, kind, consumed, facts, known_from, known_until
-- order:   id, kind, consumed, facts, known_from, known_until
SELECT i.id, p.kind, p.consumed, p.facts, p.known_from, p.known_until
FROM item_past p LEFT JOIN item i ON i.num = p.item ORDER BY 1, 2, 3, 4, 5, 6
