"""Comparison of everything that is derived in an SQLite store with a projection of its journal into a scratch file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any, Final

from lineage.stores.interface import QuestionReader, RowDifference, Transaction
from lineage.stores.query_files import query
from lineage.stores.scratch_folder import ScratchFolder
from lineage.stores.sqlite.damage import faults
from lineage.stores.sqlite.reader import PACKAGE, SqliteReader
from lineage.stores.sqlite.tables import create_tables
from lineage.stores.sqlite.transaction import SqliteTransaction

_TABLES: Final = (
    "item", "item_past", "mention", "part_of", "became", "held_by", "custody_dependency", "term", "enrolment", "party",
    "correction", "party_event",
)  # fmt: skip
_SHOWN: Final = 300
Values = tuple[Any, ...]


def differences(
    connection: sqlite3.Connection, derive: Callable[[QuestionReader, Transaction], None], most: int
) -> list[RowDifference]:
    """Return the first rows that differ; `derive` projects the journal of the one into the other, empty store."""
    found = [RowDifference("file", text, "damaged") for text in faults_of(connection, most)]
    with (
        ScratchFolder() as folder,
        closing(sqlite3.connect(folder.path / "scratch.db", isolation_level=None)) as scratch,
    ):
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
            scratch.execute(f"PRAGMA {pragma}")
        create_tables(scratch)
        derive(SqliteReader(connection), SqliteTransaction(scratch))
        for table in _TABLES:
            found += islice(differing(table, connection, scratch), most)
    return found[:most]


def faults_of(connection: sqlite3.Connection, most: int) -> list[str]:
    """Return what is wrong with a file, a file that cannot be read included, at most `most` sentences each."""
    try:
        return faults(connection, most)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [str(error)]


def differing(table: str, connection: sqlite3.Connection, scratch: sqlite3.Connection) -> Iterator[RowDifference]:
    """Yield the rows of a table that only one of two files has, and what cannot be read of it."""
    statement = query(PACKAGE, f"deep_verify/{table}.sql").text
    try:
        for row, is_stored in symmetric_difference(connection.execute(statement), scratch.execute(statement)):
            yield RowDifference(table, _shown(row), "unexpected" if is_stored else "missing")
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        yield RowDifference(table, str(error), "damaged")


def symmetric_difference(stored: Iterable[Values], derived: Iterable[Values]) -> Iterator[tuple[Values, bool]]:
    """Yield the rows that only one of two sorted sequences has, with whether it is the first one."""
    stored_rows, derived_rows = iter(stored), iter(derived)
    a, b = next(stored_rows, None), next(derived_rows, None)
    while a is not None or b is not None:
        if a is not None and a == b:
            a, b = next(stored_rows, None), next(derived_rows, None)
        elif b is None or (a is not None and _sorted_as(a) < _sorted_as(b)):
            assert a is not None
            yield a, True
            a = next(stored_rows, None)
        else:
            yield b, False
            b = next(derived_rows, None)


def _sorted_as(row: Values) -> list[tuple[int, Any]]:
    """The order of SQLite over values of any type: null, numbers, texts by code points, bytes."""
    ranks = {type(None): 0, int: 1, float: 1, str: 2, bytes: 3}
    return [(ranks[type(value)], 0 if value is None else value) for value in row]


def _shown(row: Values) -> str:
    text = ", ".join(map(repr, row))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
