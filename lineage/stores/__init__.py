"""Stores of the journal and its projection: the only package that opens a database."""

from __future__ import annotations

import re
from pathlib import Path

from lineage.domain.errors import InvalidQuestionError
from lineage.stores.interface import Store
from lineage.stores.migration import Migration, Progress

DEFAULT_URL = "sqlite:///lineage.db"
_NEO4J = ("neo4j://", "neo4j+s://", "neo4j+ssc://", "bolt://", "bolt+s://", "bolt+ssc://")

_ADDRESS = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?(\?[A-Za-z0-9._=&-]*)?")
"""A host name or address, a port, and a routing context. A user or password has no place here."""


def open_store(
    url: str,
    *,
    user: str | None = None,
    password: str | None = None,
    findings: str | None = None,
    create: bool = True,
) -> Store:
    """Open the store that the URL names; only its driver is imported.

    `sqlite:///path/to.db` needs no server; `neo4j://host:7687` (`neo4j+s://`, `bolt://` …) takes user and password.
    `findings`: the file for cached findings; by default an SQLite store has one next to its own file, Neo4j has none.
    `create`: make a store that is not there. Raises InvalidQuestionError for any other URL and (`store_missing`) where
    there is no store and none is to be made, StoreError where the store cannot be opened.
    """
    if url.startswith("sqlite:///"):
        from lineage.stores.sqlite.store import SqliteStore  # noqa: PLC0415 - only the driver that the URL needs

        file = url.removeprefix("sqlite:///") + ".findings"
        return _with_findings(SqliteStore(url, create=create), findings or file)
    if _names_a_server(url):
        from lineage.stores.neo4j.store import Neo4jStore  # noqa: PLC0415 - only the driver that the URL needs

        return _with_findings(Neo4jStore(url, user=user, password=password, create=create), findings)
    raise _no_store_url(url)


def migrate_store(
    url: str, *, user: str | None = None, password: str | None = None, findings: str | None = None, progress: Progress
) -> tuple[Migration, Migration | None]:
    """Bring the store that the URL names, and its file of findings if there is one, to the newest format.

    Takes what `open_store` takes. What is interrupted can be run again. Raises InvalidQuestionError for any other URL
    and where there is no store, StoreError where a store cannot be opened or has a format that cannot be migrated.
    """
    from lineage.stores.sqlite.migration import migrate_findings  # noqa: PLC0415 - only what the URL asks for

    if url.startswith("sqlite:///"):
        from lineage.stores.sqlite.migration import migrate_store as migrate_file  # noqa: PLC0415 - as above

        path = url.removeprefix("sqlite:///")
        findings = findings or path + ".findings"
        migration = migrate_file(Path(path), progress)
    elif _names_a_server(url):
        from lineage.stores.neo4j.migration import migrate_store as migrate_graph  # noqa: PLC0415 - as above

        migration = migrate_graph(url, user, password, progress)
    else:
        raise _no_store_url(url)
    if findings is None or not Path(findings).is_file():
        return migration, None
    return migration, migrate_findings(Path(findings), progress)


def _names_a_server(url: str) -> bool:
    """Return whether the URL is that of a Neo4j server.

    Raises InvalidQuestionError (`store_url`) where the rest of it is no address, above all where user and password are
    in it: it may hold a password in any form, so that the message repeats nothing of it.
    """
    scheme = next((scheme for scheme in _NEO4J if url.startswith(scheme)), None)
    if scheme is None:
        return False
    if _ADDRESS.fullmatch(url.removeprefix(scheme)) is None:
        message = (
            f"What follows {scheme} is no address: give {scheme}host:7687. User and password are read from "
            "LINEAGE_NEO4J_USER and LINEAGE_NEO4J_PASSWORD, never from the URL."
        )
        raise InvalidQuestionError(message, path="store", code="store_url")
    return True


def without_password(url: str) -> str:
    """Return a URL for messages: without what stands before an @ in its address, where people write passwords."""
    scheme, colon, rest = url.partition("://")
    if url.startswith("sqlite:///"):
        return url
    # The last @: a password may hold another one, or a slash, that should have been encoded.
    if not colon:
        return url.rpartition("@")[2]
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _no_store_url(url: str) -> InvalidQuestionError:
    return InvalidQuestionError(
        f"{without_password(url)!r} names no store: use sqlite:///path/to.db or neo4j://host:7687.",
        path="store",
        code="store_url",
    )


def _with_findings(store: Store, file: str | None) -> Store:
    if file is not None:
        from lineage.stores.sqlite.findings_cache import SqliteFindingsCache  # noqa: PLC0415 - only where findings are cached

        store.findings = SqliteFindingsCache(Path(file))
    return store
