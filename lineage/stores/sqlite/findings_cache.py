"""The cache of findings in an SQLite file of its own, for either kind of store: a list of findings costs one page.

It holds nothing that does not follow from the journal: deleting it costs only the time of another evaluation.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import orjson

from lineage.domain.findings import Finding
from lineage.stores.interface import (
    FORMAT_VERSION,
    CachedFinding,
    EvaluatedFindings,
    EvaluatedUpTo,
    FindingPlace,
    RowDifference,
)
from lineage.stores.migration import check_format
from lineage.stores.query_files import query
from lineage.stores.scratch_folder import ScratchFolder
from lineage.stores.sqlite.damage import translated
from lineage.stores.sqlite.deep_verify import differing, faults_of
from lineage.stores.sqlite.files import connected, connected_for_reading, create_private
from lineage.stores.sqlite.reader import PACKAGE

FINDINGS_FORMAT: Final = FORMAT_VERSION
"""Files of findings have the format of the store."""
_UNNUMBERED_FORMAT: Final = 2
_ITEM: Final = "i"
_PARTY: Final = "p"


class SqliteFindingsCache:
    """Implements `interface.FindingsCache`. Every call opens the file for itself, so that any thread may call."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextlib.contextmanager
    def _opened(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        with translated(self._path):
            if write:
                create_private(self._path)
            connection = connected(self._path, "mode=rw") if write else connected_for_reading(self._path)
            try:
                if write:
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("PRAGMA synchronous = NORMAL")
                _prepare(connection)
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
            connection.execute(query(PACKAGE, "findings/upsert_evaluated_up_to.sql").text, {"value": text})
            return True

    def clear(self, after: EvaluatedUpTo) -> None:
        with self._opened(write=True) as connection:
            connection.execute(query(PACKAGE, "findings/truncate.sql").text)
            connection.execute(query(PACKAGE, "findings/truncate_subjects.sql").text)
            text = orjson.dumps(tuple(after)).decode()
            connection.execute(query(PACKAGE, "findings/upsert_evaluated_up_to.sql").text, {"value": text})

    def differences(
        self, reached: EvaluatedUpTo, evaluated: Iterable[EvaluatedFindings], most: int
    ) -> list[RowDifference]:
        with (
            self._opened(write=False) as connection,
            ScratchFolder() as folder,
            contextlib.closing(sqlite3.connect(folder.path / "scratch.db", isolation_level=None)) as scratch,
        ):
            if _evaluated(connection) != reached:
                return []
            for pragma in ("journal_mode = OFF", "synchronous = OFF"):
                scratch.execute(f"PRAGMA {pragma}")
            _create_tables(scratch)
            for page in evaluated:
                for (phase, anchor), findings in page:
                    _insert(scratch, phase, anchor, findings)
            found = [RowDifference("file", text, "damaged") for text in faults_of(connection, most)]
            for table in ("finding", "finding_subject"):
                found += itertools.islice(differing(table, connection, scratch), most)
            return found[:most]

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
            file, params = "findings/page_of_subject.sql", {**params, "name": name}
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


def findings_format(connection: sqlite3.Connection) -> int:
    """The format of a file of findings; an empty file has the newest one. Format 2 did not state its number."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version == 0:
        is_empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        return FINDINGS_FORMAT if is_empty else _UNNUMBERED_FORMAT
    return version


def _prepare(connection: sqlite3.Connection) -> None:
    """Create the tables of an empty file. Raises StoreTooOldError or StoreTooNewError for another format."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == FINDINGS_FORMAT:
        return
    check_format(findings_format(connection))
    connection.execute("BEGIN IMMEDIATE")
    _create_tables(connection)
    connection.execute(f"PRAGMA user_version = {FINDINGS_FORMAT}")
    connection.execute("COMMIT")


def _create_tables(connection: sqlite3.Connection) -> None:
    for statement in query(PACKAGE, "findings/tables.sql").text.split(";\n"):
        connection.execute(statement)


def _rows(opened: contextlib.ExitStack, rows: Iterable[tuple[int, str, int, str]]) -> Iterator[CachedFinding]:
    """Rows of one state of the file, which is closed after the last of them."""
    with opened:
        for phase, anchor, n, body in rows:
            yield CachedFinding(phase, anchor, n, _finding(body))


def _evaluated(connection: sqlite3.Connection) -> EvaluatedUpTo:
    row = connection.execute(query(PACKAGE, "findings/evaluated_up_to.sql").text).fetchone()
    if row is None:
        return EvaluatedUpTo()
    position, digest, place = orjson.loads(row[0])
    return EvaluatedUpTo(position, digest, None if place is None else (place[0], place[1]))


def _replace(connection: sqlite3.Connection, phase: int, anchor: str, findings: list[Finding]) -> None:
    subject = {"phase": phase, "anchor": anchor}
    connection.execute(query(PACKAGE, "findings/delete.sql").text, subject)
    connection.execute(query(PACKAGE, "findings/delete_subjects.sql").text, subject)
    _insert(connection, phase, anchor, findings)


def _insert(connection: sqlite3.Connection, phase: int, anchor: str, findings: list[Finding]) -> None:
    subject = {"phase": phase, "anchor": anchor}
    for n, f in enumerate(findings):
        row = {**subject, "n": n, "kind": f.kind, "body": orjson.dumps(tuple(f)).decode()}
        connection.execute(query(PACKAGE, "findings/insert.sql").text, row)
        names = [*(_ITEM + i for i in f.items), *(_PARTY + p for p in f.parties)]
        rows = [{**subject, "n": n, "name": name} for name in names]
        connection.executemany(query(PACKAGE, "findings/insert_subject.sql").text, rows)


def _finding(body: str) -> Finding:
    kind, rule, items, parties, since, until, events, due, regions, details = orjson.loads(body)
    pairs = tuple((name, value) for name, value in details)
    return Finding(kind, rule, tuple(items), tuple(parties), since, until, tuple(events), due, tuple(regions), pairs)
