"""Pages for people: the dossier, the API reference and the guide for Neo4j Browser."""
