// Items, parties and identifiers that end with the text and do not begin with it, as known now; `low` is at or after the cursor, texts are reversed.
// params:  text, raw, upper, low, high, after_text, after_subject, after_field, most
// returns: rows
// order:   text, subject, field
CALL () {
  MATCH (x:Item) USING INDEX SEEK x:Item(reversed)
  WHERE x.reversed >= $low AND x.reversed < $high AND NOT x.id STARTS WITH $raw AND NOT x.id STARTS WITH $upper AND x.facts IS NOT NULL
  WITH x.reversed AS text, x.id AS subject
  WHERE text > $after_text OR subject > $after_subject OR (subject = $after_subject AND 'id' > $after_field)
  WITH text, subject
  ORDER BY text, subject
  LIMIT $most
  RETURN text, subject, 'id' AS field, false AS is_party
  UNION
  MATCH (p:Enterprise) USING INDEX SEEK p:Enterprise(reversed)
  WHERE p.reversed >= $low AND p.reversed < $high AND NOT p.id STARTS WITH $raw AND NOT p.id STARTS WITH $upper AND p.known_from IS NOT NULL
  WITH p.reversed AS text, p.id AS subject
  WHERE text > $after_text OR subject > $after_subject OR (subject = $after_subject AND 'id' > $after_field)
  WITH text, subject
  ORDER BY text, subject
  LIMIT $most
  RETURN text, subject, 'id' AS field, true AS is_party
  UNION
  MATCH (t:Term) USING INDEX SEEK t:Term(reversed, subject, field)
  WHERE t.reversed >= $low AND t.reversed < $high AND t.subject IS NOT NULL AND t.field IS NOT NULL AND NOT t.text STARTS WITH $text
  WITH DISTINCT t.reversed AS text, t.subject AS subject, t.field AS field, t.is_party AS is_party
  WHERE text > $after_text OR subject > $after_subject OR (subject = $after_subject AND field > $after_field)
  WITH text, subject, field, is_party
  ORDER BY text, subject, field
  LIMIT $most
  RETURN text, subject, field, is_party
}
WITH text, subject, field, is_party
ORDER BY text, subject, field
LIMIT $most
RETURN collect([text, subject, field, is_party]) AS rows
