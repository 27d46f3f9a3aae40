"""Staging of a bulk projection: the changes of a whole journal, sorted by item in a temporary SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import starmap
from typing import Final, Self

from lineage.domain.graph import Mention
from lineage.domain.projection.changes import BecameChange, MentionChange
from lineage.stores.query_files import numbered, query
from lineage.stores.scratch_folder import ScratchFolder
from lineage.stores.sqlite.reader import PACKAGE
from lineage.stores.sqlite.staging_partitions import SqliteStagingPartition, SqliteStagingWriter

_ROUNDS: Final = 40
"""Rounds of removing steps that close no cycle; the steps left after them are treated as if they might close one."""
PARTITION_SIZE: Final = 50_000
"""Changes in one partition; the process that replays it holds the resulting rows in memory."""


class SqliteStaging:
    """Implements `lineage.service.projection.staging.Staging`. Closing it deletes its folder."""

    def __init__(self) -> None:
        self._folder = ScratchFolder()
        self._path = self._folder.path / "staging.db"
        self.writer = SqliteStagingWriter(str(self._folder.path))
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "cache_size = -65536",
            "temp_store = FILE",
            "threads = 2",
        ):
            self._connection.execute(f"PRAGMA {pragma}")
        for statement in query(PACKAGE, "staging/001_tables.sql").text.split(";\n"):
            self._connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._folder.close()

    def _run(self, name: str) -> sqlite3.Cursor:
        return self._connection.execute(query(PACKAGE, f"staging/{name}.sql").text)

    def sort(self) -> None:
        for appended in self._folder.path.glob("*.changes"):
            self._connection.execute("ATTACH ? AS writer", [str(appended)])
            self._run("gather_changes")
            self._run("gather_became_changes")
            self._connection.execute("DETACH writer")
            appended.unlink()
        self._run("containment_steps")
        for _ in range(_ROUNDS):
            if self._run("prune_steps").rowcount == 0:
                break
        self._run("mark_dependent")

    def dependent_changes(self) -> Iterator[MentionChange]:
        for known_at, sign, *mention in self._run("dependent_items"):
            yield MentionChange(known_at, sign, Mention(*mention))

    def partitions(self, numbers: Iterable[tuple[str, int]]) -> list[SqliteStagingPartition]:
        self._connection.execute("BEGIN")
        self._connection.executemany(numbered(PACKAGE, "staging/insert_item_number.sql"), numbers)
        self._run("number_items")
        self._connection.execute("COMMIT")
        ranges = self._connection.execute(query(PACKAGE, "staging/partitions.sql").text, {"most": PARTITION_SIZE})
        return [SqliteStagingPartition(str(self._path), first, last) for first, last in ranges]

    def became_changes(self) -> Iterator[BecameChange]:
        return starmap(BecameChange, self._run("became_changes"))
