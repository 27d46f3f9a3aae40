"""The cache of findings in an SQLite file of its own, for either kind of store: a list of findings costs one page.

It holds nothing that does not follow from the journal: deleting it costs only the time of another evaluation.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import orjson

from lineage.domain.findings import Finding
from lineage.stores.interface import CachedFinding, EvaluatedUpTo, FindingPlace
from lineage.stores.query_files import query
from lineage.stores.sqlite.store import PACKAGE, translated

LONGEST_WAIT_S: Final = 30.0
_ITEM: Final = "i"
_PARTY: Final = "p"


class SqliteFindingsCache:
    """Implements `interface.FindingsCache`. Every call opens the file for itself, so that any thread may call."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextlib.contextmanager
    def _opened(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        with translated(self._path):
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=LONGEST_WAIT_S)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                for statement in query(PACKAGE, "findings/tables.sql").text.split(";\n"):
                    connection.execute(statement)
                connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()

    def evaluated(self) -> EvaluatedUpTo:
        if not self._path.exists():
            return EvaluatedUpTo()
        with self._opened(write=False) as connection:
            return _evaluated(connection)

    def replace(
        self, found: Iterable[tuple[FindingPlace, list[Finding]]], before: EvaluatedUpTo, after: EvaluatedUpTo
    ) -> bool:
        with self._opened(write=True) as connection:
            if _evaluated(connection) != before:
                return False
            for (phase, anchor), findings in found:
                _replace(connection, phase, anchor, findings)
            text = orjson.dumps(tuple(after)).decode()
            connection.execute(query(PACKAGE, "findings/keep_meta.sql").text, {"value": text})
            return True

    def clear(self, after: EvaluatedUpTo) -> None:
        with self._opened(write=True) as connection:
            connection.execute(query(PACKAGE, "findings/clear.sql").text)
            connection.execute(query(PACKAGE, "findings/clear_names.sql").text)
            text = orjson.dumps(tuple(after)).decode()
            connection.execute(query(PACKAGE, "findings/keep_meta.sql").text, {"value": text})

    def listed(
        self,
        after: tuple[int, str, int],
        position: int,
        *,
        kind: str | None = None,
        item: str | None = None,
        party: str | None = None,
    ) -> Iterator[CachedFinding] | None:
        if not self._path.exists():
            return None
        name = _ITEM + item if item is not None else None if party is None else _PARTY + party
        params: dict[str, object] = {"phase": after[0], "anchor": after[1], "n": after[2]}
        if name is not None:
            file, params = "findings/page_naming.sql", {**params, "name": name}
        elif kind is not None:
            file, params = "findings/page_of_kind.sql", {**params, "kind": kind}
        else:
            file = "findings/page.sql"
        opened = contextlib.ExitStack()
        connection = opened.enter_context(self._opened(write=False))
        evaluated = _evaluated(connection)
        if evaluated.place is not None or evaluated.position != position:
            opened.close()
            return None
        return _rows(opened, connection.execute(query(PACKAGE, file).text, params))


def _rows(opened: contextlib.ExitStack, rows: Iterable[tuple[int, str, int, str]]) -> Iterator[CachedFinding]:
    """Rows of one state of the file, which is closed after the last of them."""
    with opened:
        for phase, anchor, n, body in rows:
            yield CachedFinding(phase, anchor, n, _finding(body))


def _evaluated(connection: sqlite3.Connection) -> EvaluatedUpTo:
    row = connection.execute(query(PACKAGE, "findings/meta.sql").text).fetchone()
    if row is None:
        return EvaluatedUpTo()
    position, digest, place = orjson.loads(row[0])
    return EvaluatedUpTo(position, digest, None if place is None else (place[0], place[1]))


def _replace(connection: sqlite3.Connection, phase: int, anchor: str, findings: list[Finding]) -> None:
    subject = {"phase": phase, "anchor": anchor}
    connection.execute(query(PACKAGE, "findings/drop.sql").text, subject)
    connection.execute(query(PACKAGE, "findings/drop_names.sql").text, subject)
    for n, f in enumerate(findings):
        row = {**subject, "n": n, "kind": f.kind, "body": orjson.dumps(tuple(f)).decode()}
        connection.execute(query(PACKAGE, "findings/add.sql").text, row)
        names = [*(_ITEM + i for i in f.items), *(_PARTY + p for p in f.parties)]
        rows = [{**subject, "n": n, "name": name} for name in names]
        connection.executemany(query(PACKAGE, "findings/name.sql").text, rows)


def _finding(body: str) -> Finding:
    kind, rule, items, parties, since, until, events, due, regions, details = orjson.loads(body)
    pairs = tuple((name, value) for name, value in details)
    return Finding(kind, rule, tuple(items), tuple(parties), since, until, tuple(events), due, tuple(regions), pairs)
