// Items, parties and terms that begin with the text, as known now; terms come after the cursor, ids from the beginning of their range.
// params:  text, ranges, low, high, after_text, after_subject, after_field, most
// returns: rows
CALL () {
  UNWIND $ranges AS range
  CALL (range) {
    MATCH (x:Item) USING INDEX SEEK x:Item(id)
    WHERE x.id >= range[0] AND x.id < range[1] AND x.facts IS NOT NULL
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
    WHERE p.id >= range[0] AND p.id < range[1] AND p.known_from IS NOT NULL
    WITH p.id AS id
    ORDER BY id
    LIMIT $most
    RETURN id
  }
  RETURN id AS text, id AS subject, 'id' AS field, true AS is_party
  UNION
  MATCH (t:Term) USING INDEX SEEK t:Term(text, subject, field)
  WHERE t.text = $after_text AND $text < $after_text AND t.subject >= $after_subject AND (t.subject > $after_subject OR t.field > $after_field) AND t.field IS NOT NULL
  WITH DISTINCT t.text AS text, t.subject AS subject, t.field AS field, t.is_party AS is_party
  ORDER BY text, subject, field
  LIMIT $most
  RETURN text, subject, field, is_party
  UNION
  MATCH (t:Term) USING INDEX SEEK t:Term(text, subject, field)
  WHERE t.text > $low AND t.text < $high AND t.subject IS NOT NULL AND t.field IS NOT NULL
  WITH DISTINCT t.text AS text, t.subject AS subject, t.field AS field, t.is_party AS is_party
  ORDER BY text, subject, field
  LIMIT $most
  RETURN text, subject, field, is_party
}
RETURN collect([text, subject, field, is_party]) AS rows
