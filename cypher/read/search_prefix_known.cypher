// Items, parties and terms that begin with the text, as known then; terms come after the cursor, ids from the beginning of their range.
// params:  text, ranges, low, high, after_text, after_subject, after_field, most, known_at, known_text
// returns: rows
CALL () {
  UNWIND $ranges AS range
  CALL (range) {
    MATCH (x:Item) USING INDEX SEEK x:Item(id)
    WHERE x.id >= range[0] AND x.id < range[1] AND (x.facts IS NOT NULL AND x.known_from <= $known_at OR any(p IN x.past WHERE substring(p, 2, 13) <= $known_text AND $known_text < substring(p, 18, 13)))
    WITH x.id AS id
    ORDER BY id
    LIMIT $most
    RETURN id
  }
  RETURN id AS text, id AS subject, 'id' AS field, false AS is_party
  UNION
  UNWIND $ranges AS range
  CALL (range) {
    MATCH (p:Enterprise) USING INDEX SEEK p:Enterprise(id)
    WHERE p.id >= range[0] AND p.id < range[1] AND p.known_from <= $known_at
    WITH p.id AS id
    ORDER BY id
    LIMIT $most
    RETURN id
  }
  RETURN id AS text, id AS subject, 'id' AS field, true AS is_party
  UNION
  MATCH (t:Term) USING INDEX SEEK t:Term(text, subject, field)
  WHERE t.text = $after_text AND $text < $after_text AND t.subject >= $after_subject AND (t.subject > $after_subject OR t.field > $after_field) AND t.field IS NOT NULL AND t.known_from <= $known_at
  WITH DISTINCT t.text AS text, t.subject AS subject, t.field AS field, t.is_party AS is_party
  ORDER BY text, subject, field
  LIMIT $most
  RETURN text, subject, field, is_party
  UNION
  MATCH (t:Term) USING INDEX SEEK t:Term(text, subject, field)
  WHERE t.text > $low AND t.text < $high AND t.subject IS NOT NULL AND t.field IS NOT NULL AND t.known_from <= $known_at
  WITH DISTINCT t.text AS text, t.subject AS subject, t.field AS field, t.is_party AS is_party
  ORDER BY text, subject, field
  LIMIT $most
  RETURN text, subject, field, is_party
  UNION
  MATCH (t:SupersededTerm) USING INDEX SEEK t:SupersededTerm(text, subject, field)
  WHERE t.text = $after_text AND $text < $after_text AND t.subject >= $after_subject AND (t.subject > $after_subject OR t.field > $after_field) AND t.field IS NOT NULL AND t.known_from <= $known_at AND $known_at < t.known_until
  WITH DISTINCT t.text AS text, t.subject AS subject, t.field AS field, t.is_party AS is_party
  ORDER BY text, subject, field
  LIMIT $most
  RETURN text, subject, field, is_party
  UNION
  MATCH (t:SupersededTerm) USING INDEX SEEK t:SupersededTerm(text, subject, field)
  WHERE t.text > $low AND t.text < $high AND t.subject IS NOT NULL AND t.field IS NOT NULL AND t.known_from <= $known_at AND $known_at < t.known_until
  WITH DISTINCT t.text AS text, t.subject AS subject, t.field AS field, t.is_party AS is_party
  ORDER BY text, subject, field
  LIMIT $most
  RETURN text, subject, field, is_party
}
RETURN collect([text, subject, field, is_party]) AS rows
