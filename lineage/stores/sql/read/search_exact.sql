-- Items, parties and terms that are the text itself.
-- params:  text, raw, upper, known_at
-- returns: text, subject, field, is_party
-- order:   subject, field
SELECT i.id AS text, i.id AS subject, 'id' AS field, 0 AS is_party FROM item i JOIN item_ever k ON k.item = i.num
WHERE i.id IN (:raw, :upper) AND k.known_from <= :known_at AND :known_at < k.known_until
UNION SELECT p.id, p.id, 'id', 1 FROM party p WHERE p.id IN (:raw, :upper) AND p.known_from <= :known_at
UNION SELECT t.text, t.subject, t.field, t.is_party FROM term_ever t
WHERE t.text = :text AND t.known_from <= :known_at AND :known_at < t.known_until
ORDER BY subject, field
