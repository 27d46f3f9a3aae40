"""Stores of the journal and its projection: the only package that opens a database."""

from __future__ import annotations

from pathlib import Path

from lineage.domain.errors import InvalidQuestionError
from lineage.stores.interface import Store

DEFAULT_URL = "sqlite:///lineage.db"
_NEO4J = ("neo4j://", "neo4j+s://", "neo4j+ssc://", "bolt://", "bolt+s://", "bolt+ssc://")


def open_store(url: str, *, user: str | None = None, password: str | None = None, findings: str | None = None) -> Store:
    """Open the store that the URL names; only its driver is imported.

    `sqlite:///path/to.db` needs no server; `neo4j://host:7687` (`neo4j+s://`, `bolt://` …) takes user and password.
    `findings`: the file for cached findings; by default an SQLite store has one next to its own file, Neo4j has none.
    Raises InvalidQuestionError for any other URL, StoreError where the store cannot be opened.
    """
    if url.startswith("sqlite:///"):
        from lineage.stores.sqlite.store import SqliteStore  # noqa: PLC0415 - only the driver that the URL needs

        file = url.removeprefix("sqlite:///") + ".findings"
        return _with_findings(SqliteStore(url), findings or file)
    if url.startswith(_NEO4J):
        from lineage.stores.neo4j.store import Neo4jStore  # noqa: PLC0415 - only the driver that the URL needs

        return _with_findings(Neo4jStore(url, user=user, password=password), findings)
    raise InvalidQuestionError(
        f"{url!r} names no store: use sqlite:///path/to.db or neo4j://host:7687.", path="store", code="store_url"
    )


def _with_findings(store: Store, file: str | None) -> Store:
    if file is not None:
        from lineage.stores.sqlite.findings_cache import SqliteFindingsCache  # noqa: PLC0415 - only where findings are cached

        store.findings = SqliteFindingsCache(Path(file))
    return store
