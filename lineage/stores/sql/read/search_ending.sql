-- Items, parties and identifiers that end with the text, and do not begin with it; `text` of a row is reversed.
-- params:  text, raw, upper, reversed, reversed_end, known_at, after_text, after_subject, after_field, limit
-- returns: text, subject, field, is_party
-- order:   text, subject, field
SELECT * FROM (SELECT i.reversed AS text, i.id AS subject, 'id' AS field, 0 AS is_party FROM item i JOIN item_ever k ON k.item = i.num
  WHERE i.reversed >= :reversed AND i.reversed < :reversed_end AND i.reversed >= :after_text AND k.known_from <= :known_at AND :known_at < k.known_until
  AND substr(i.id, 1, length(:raw)) <> :raw AND substr(i.id, 1, length(:upper)) <> :upper
  AND (i.reversed, i.id, 'id') > (:after_text, :after_subject, :after_field) ORDER BY i.reversed, i.id LIMIT :limit)
UNION SELECT * FROM (SELECT p.reversed, p.id, 'id', 1 FROM party p
  WHERE p.reversed >= :reversed AND p.reversed < :reversed_end AND p.reversed >= :after_text AND p.known_from <= :known_at
  AND substr(p.id, 1, length(:raw)) <> :raw AND substr(p.id, 1, length(:upper)) <> :upper
  AND (p.reversed, p.id, 'id') > (:after_text, :after_subject, :after_field) ORDER BY p.reversed, p.id LIMIT :limit)
UNION SELECT * FROM (SELECT DISTINCT t.reversed, t.subject, t.field, t.is_party FROM term t
  WHERE t.reversed >= :reversed AND t.reversed < :reversed_end AND t.reversed >= :after_text AND t.known_from <= :known_at
  AND substr(t.text, 1, length(:text)) <> :text
  AND (t.reversed, t.subject, t.field) > (:after_text, :after_subject, :after_field) ORDER BY t.reversed, t.subject, t.field LIMIT :limit)
UNION SELECT * FROM (SELECT DISTINCT t.reversed, t.subject, t.field, t.is_party FROM term_past t
  WHERE t.reversed >= :reversed AND t.reversed < :reversed_end AND t.reversed >= :after_text AND t.known_from <= :known_at AND :known_at < t.known_until
  AND substr(t.text, 1, length(:text)) <> :text
  AND (t.reversed, t.subject, t.field) > (:after_text, :after_subject, :after_field) ORDER BY t.reversed, t.subject, t.field LIMIT :limit)
ORDER BY text, subject, field LIMIT :limit
