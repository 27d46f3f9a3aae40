-- Items, parties and terms that begin with the text.
-- params:  text, text_end, raw, raw_end, upper, upper_end, known_at, after_text, after_subject, after_field, limit
-- returns: text, subject, field, is_party
-- order:   text, subject, field
SELECT * FROM (SELECT i.id AS text, i.id AS subject, 'id' AS field, 0 AS is_party FROM item i JOIN item_ever k ON k.item = i.num
  WHERE i.id > :raw AND i.id < :raw_end AND i.id >= :after_text AND k.known_from <= :known_at AND :known_at < k.known_until
  AND (i.id, i.id, 'id') > (:after_text, :after_subject, :after_field) ORDER BY i.id LIMIT :limit)
UNION SELECT * FROM (SELECT p.id, p.id, 'id', 1 FROM party p WHERE p.id > :raw AND p.id < :raw_end AND p.known_from <= :known_at
  AND (p.id, p.id, 'id') > (:after_text, :after_subject, :after_field) ORDER BY p.id LIMIT :limit)
UNION SELECT * FROM (SELECT i.id AS text, i.id AS subject, 'id' AS field, 0 AS is_party FROM item i JOIN item_ever k ON k.item = i.num
  WHERE i.id > :upper AND i.id < :upper_end AND i.id >= :after_text AND k.known_from <= :known_at AND :known_at < k.known_until
  AND (i.id, i.id, 'id') > (:after_text, :after_subject, :after_field) ORDER BY i.id LIMIT :limit)
UNION SELECT * FROM (SELECT p.id, p.id, 'id', 1 FROM party p WHERE p.id > :upper AND p.id < :upper_end AND p.known_from <= :known_at
  AND (p.id, p.id, 'id') > (:after_text, :after_subject, :after_field) ORDER BY p.id LIMIT :limit)
UNION SELECT * FROM (SELECT DISTINCT t.text, t.subject, t.field, t.is_party FROM term t
  WHERE t.text > :text AND t.text < :text_end AND t.text >= :after_text AND t.known_from <= :known_at
  AND (t.text, t.subject, t.field) > (:after_text, :after_subject, :after_field) ORDER BY t.text, t.subject, t.field LIMIT :limit)
UNION SELECT * FROM (SELECT DISTINCT t.text, t.subject, t.field, t.is_party FROM term_past t
  WHERE t.text > :text AND t.text < :text_end AND t.text >= :after_text AND t.known_from <= :known_at AND :known_at < t.known_until
  AND (t.text, t.subject, t.field) > (:after_text, :after_subject, :after_field) ORDER BY t.text, t.subject, t.field LIMIT :limit)
ORDER BY text, subject, field LIMIT :limit
