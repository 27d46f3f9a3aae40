"""Query files of the Neo4j store; nothing is computed here."""
