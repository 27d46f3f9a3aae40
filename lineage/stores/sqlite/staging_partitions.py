"""Parts of a staging file that other processes write or read; each process opens the files for itself."""

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
from lineage.stores.sqlite.rows import Tables, add_copies, named_in, tables_of

_BATCH: Final = 1 << 32
"""Sequence numbers reserved for one batch: more than it has changes."""


class SqliteStagingWriter(NamedTuple):
    """Implements `lineage.service.projection.staging.StagingWriter`: each process has its own file in the folder."""

    folder: str

    def append(self, batch: int, mentions: Iterable[MentionChange], became: Iterable[BecameChange]) -> None:
        first = batch * _BATCH
        mention_rows = [(m[0], n, recorded, sign, *m[1:]) for n, (recorded, sign, m) in enumerate(mentions, first)]
        became_rows = [(c.input, c.output, c.at, n, c.recorded, c.sign, c.event) for n, c in enumerate(became, first)]
        path = Path(self.folder) / f"{os.getpid()}.changes"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for pragma in ("journal_mode = OFF", "synchronous = OFF"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("BEGIN")
            for statement in query(PACKAGE, "staging/002_writer_tables.sql").text.split(";\n"):
                connection.execute(statement)
            connection.executemany(numbered(PACKAGE, "staging/insert_change.sql"), mention_rows)
            connection.executemany(numbered(PACKAGE, "staging/insert_became_change.sql"), became_rows)
            connection.execute("COMMIT")


class SqliteStagingPartition(NamedTuple):
    """Implements `lineage.service.projection.staging.StagingPartition`: the items from `first` to `last`, by id."""

    path: str
    first: str
    last: str

    def histories(self) -> list[tuple[list[str], list[MentionChange]]]:
        items_by_changes: dict[tuple[tuple[Any, ...], ...], list[str]] = {}
        with closing(self._opened()) as connection:
            rows = connection.execute(
                query(PACKAGE, "staging/changes_of_items.sql").text, {"first": self.first, "last": self.last}
            )
            for item, changes in groupby(rows, key=itemgetter(0)):
                items_by_changes.setdefault(tuple([row[1:] for row in changes]), []).append(item)
        return [
            (items, [MentionChange(recorded, sign, Mention(items[0], *rest)) for *rest, recorded, sign in changes])
            for changes, items in items_by_changes.items()
        ]

    def encode(self, changes: Changes, copies: Mapping[str, Sequence[str]]) -> bytes:
        with closing(self._opened()) as connection:
            bounds = {"first": self.first, "last": self.last}
            corrected = {
                item for (item,) in connection.execute(query(PACKAGE, "staging/corrected_items.sql").text, bounds)
            }
            ids = named_in(changes) | changes.items.keys() | {x for others in copies.values() for x in others}
            numbers = dict(connection.execute(query(PACKAGE, "staging/item_numbers.sql").text, {"ids": _json(ids)}))
        tables = tables_of(changes, numbers, corrected)
        add_copies(tables, copies, numbers)
        return marshal.dumps(tables)

    def _opened(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{Path(self.path).as_uri()}?mode=ro", uri=True, isolation_level=None)


def decode_tables(rows: bytes) -> Tables:
    """Rows by query file, from what `StagingPartition.encode` gave."""
    tables: Tables = marshal.loads(rows)  # noqa: S302 - a process of this service wrote it
    return tables
