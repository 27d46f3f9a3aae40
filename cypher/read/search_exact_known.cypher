// Items, parties and terms that are the text itself, as known then.
// params:  text, ids, after_subject, after_field, most, known_at, known_text
// returns: rows
// order:   subject, field, is_party
CALL () {
  MATCH (x:Item) USING INDEX SEEK x:Item(id)
  WHERE x.id IN $ids AND (x.facts IS NOT NULL AND x.known_from <= $known_at OR any(p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13)))
  RETURN x.id AS text, x.id AS subject, 'id' AS field, false AS is_party
  UNION
  MATCH (p:Enterprise) USING INDEX SEEK p:Enterprise(id)
  WHERE p.id IN $ids AND p.known_from <= $known_at
  RETURN p.id AS text, p.id AS subject, 'id' AS field, true AS is_party
  UNION
  MATCH (t:Term) USING INDEX SEEK t:Term(text, subject, field)
  WHERE t.text = $text AND t.subject >= $after_subject AND (t.subject > $after_subject OR t.field > $after_field) AND t.field IS NOT NULL AND t.known_from <= $known_at
  WITH DISTINCT t.text AS text, t.subject AS subject, t.field AS field, t.is_party AS is_party
  ORDER BY text, subject, field
  LIMIT $most
  RETURN text, subject, field, is_party
  UNION
  MATCH (t:SupersededTerm) USING INDEX SEEK t:SupersededTerm(text, subject, field)
  WHERE t.text = $text AND t.subject >= $after_subject AND (t.subject > $after_subject OR t.field > $after_field) AND t.field IS NOT NULL AND t.known_from <= $known_at AND $known_at < t.known_until
  WITH DISTINCT t.text AS text, t.subject AS subject, t.field AS field, t.is_party AS is_party
  ORDER BY text, subject, field
  LIMIT $most
  RETURN text, subject, field, is_party
}
WITH text, subject, field, is_party
WHERE subject > $after_subject OR (subject = $after_subject AND field > $after_field)
WITH text, subject, field, is_party
ORDER BY subject, field, is_party
LIMIT $most
RETURN collect([text, subject, field, is_party]) AS rows
