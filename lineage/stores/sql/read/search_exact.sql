-- Items, parties and terms that are the text itself, from the cursor on.
-- params:  text, raw, upper, known_at, after_subject, after_field, limit
-- returns: text, subject, field, is_party
-- order:   subject, field
SELECT i.id AS text, i.id AS subject, 'id' AS field, 0 AS is_party FROM item i JOIN item_ever k ON k.item = i.num
WHERE i.id IN (:raw, :upper) AND k.known_from <= :known_at AND :known_at < k.known_until AND (i.id, 'id') > (:after_subject, :after_field)
UNION SELECT p.id, p.id, 'id', 1 FROM party p
WHERE p.id IN (:raw, :upper) AND p.known_from <= :known_at AND (p.id, 'id') > (:after_subject, :after_field)
UNION SELECT * FROM (SELECT DISTINCT t.text, t.subject, t.field, t.is_party FROM term t
  WHERE t.text = :text AND t.known_from <= :known_at AND (t.subject, t.field) > (:after_subject, :after_field)
  ORDER BY t.subject, t.field LIMIT :limit)
UNION SELECT * FROM (SELECT DISTINCT t.text, t.subject, t.field, t.is_party FROM term_past t
  WHERE t.text = :text AND t.known_from <= :known_at AND :known_at < t.known_until AND (t.subject, t.field) > (:after_subject, :after_field)
  ORDER BY t.subject, t.field LIMIT :limit)
ORDER BY subject, field LIMIT :limit
