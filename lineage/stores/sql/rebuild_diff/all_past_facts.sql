-- Superseded facts of all items.
-- returns: id, facts, known_from, known_until
-- order:   item, known_from
SELECT i.id, p.facts, p.known_from, p.known_until FROM item_past p JOIN item i ON i.num = p.item ORDER BY p.item, p.known_from
