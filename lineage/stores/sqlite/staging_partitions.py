"""Pieces of the notes on a whole journal that other processes write or read: each opens the files for itself."""

from __future__ import annotations

import marshal
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

from lineage.domain.graph import Mention
from lineage.domain.projection.changes import BecameChange, MentionChange
from lineage.stores.interface import Changes
from lineage.stores.query_files import numbered, query
from lineage.stores.sqlite.reader import PACKAGE, _json
from lineage.stores.sqlite.rows import Tables, named_in, repeat, tables_of

_BATCH: Final = 1 << 32
"""More than one batch of the journal says."""


class StagingWriter(NamedTuple):
    """See `interface.Ear`. Each process that listens has a file of its own in the folder."""

    folder: str

    def append(self, number: int, said: Iterable[MentionChange], gains: Iterable[BecameChange]) -> None:
        first = number * _BATCH
        words = [(m[0], n, k, sign, *m[1:]) for n, (k, sign, m) in enumerate(said, first)]
        became = [(g.input, g.output, g.at, n, g.recorded, g.sign, g.event) for n, g in enumerate(gains, first)]
        path = Path(self.folder) / f"{os.getpid()}.heard"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for pragma in ("journal_mode = OFF", "synchronous = OFF"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("BEGIN")
            for statement in query(PACKAGE, "notes/002_heard.sql").text.split(";\n"):
                connection.execute(statement)
            connection.executemany(numbered(PACKAGE, "notes/hear.sql"), words)
            connection.executemany(numbered(PACKAGE, "notes/add_gain.sql"), became)
            connection.execute("COMMIT")


class StagingPartition(NamedTuple):
    """See `interface.Share`. The items from `first` to `last`, by id."""

    path: str
    first: str
    last: str

    def said(self) -> list[tuple[list[str], list[MentionChange]]]:
        found: dict[tuple[tuple[Any, ...], ...], list[str]] = {}
        with closing(self._opened()) as connection:
            rows = connection.execute(query(PACKAGE, "notes/said.sql").text, {"first": self.first, "last": self.last})
            for item, words in groupby(rows, key=itemgetter(0)):
                found.setdefault(tuple([row[1:] for row in words]), []).append(item)
        return [
            (items, [MentionChange(k, sign, Mention(items[0], *rest)) for *rest, k, sign in words])
            for words, items in found.items()
        ]

    def packed(self, changes: Changes, alike: Mapping[str, Sequence[str]]) -> bytes:
        with closing(self._opened()) as connection:
            about = {"first": self.first, "last": self.last}
            odd = {item for (item,) in connection.execute(query(PACKAGE, "notes/odd.sql").text, about)}
            ids = named_in(changes) | changes.items.keys() | {x for others in alike.values() for x in others}
            numbers = dict(connection.execute(query(PACKAGE, "notes/numbers.sql").text, {"ids": _json(ids)}))
        tables = tables_of(changes, numbers, odd)
        repeat(tables, alike, numbers)
        return marshal.dumps(tables)

    def _opened(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{Path(self.path).as_uri()}?mode=ro", uri=True, isolation_level=None)


def unpacked(packed: bytes) -> Tables:
    """The inverse of `SqliteShare.packed`."""
    tables: Tables = marshal.loads(packed)  # noqa: S302 - a process of ours wrote it
    return tables
