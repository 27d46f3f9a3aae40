"""Emptying a Neo4j store for a test or a measurement: nothing that the service itself ever does."""

from __future__ import annotations

from typing import Final

import neo4j

from lineage.stores.neo4j.errors import translated
from lineage.stores.neo4j.schema import prepare
from lineage.stores.neo4j.store import LONGEST_WRITE_S, Neo4jStore

_DELETE_ALL: Final = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"


def wipe(store: Neo4jStore) -> None:
    """Delete every node, regardless of its writer, and begin an empty journal; constraints and indexes stay."""
    with translated(store._place), store._session(neo4j.WRITE_ACCESS) as session:
        session.run(neo4j.Query(_DELETE_ALL, timeout=LONGEST_WRITE_S)).consume()
        store._seen = None
        prepare(lambda: store._session(neo4j.WRITE_ACCESS))
