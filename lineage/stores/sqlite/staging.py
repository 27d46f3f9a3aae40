"""What a whole journal says, sorted by item in a scratch file: memory does not grow with it."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from itertools import starmap
from pathlib import Path
from typing import Final, Self

from lineage.domain.graph import Mention
from lineage.domain.projection.changes import BecameChange, MentionChange
from lineage.stores.query_files import numbered, query
from lineage.stores.sqlite.reader import PACKAGE
from lineage.stores.sqlite.staging_partitions import StagingPartition, StagingWriter

_ROUNDS: Final = 40
"""Rounds in which steps that close no ring are told; what is left after them counts as if it might close one."""
SHARE: Final = 50_000
"""Words of a share, of which whoever follows it holds the rows in memory."""


class Staging:
    """See `interface.Notes`. The folder is gone when the notes are closed."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self._folder = tempfile.TemporaryDirectory(prefix="lineage-")
        self._path = Path(self._folder.name) / "staging.db"
        self.ear = StagingWriter(self._folder.name)
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
        self._folder.cleanup()

    def _run(self, name: str) -> sqlite3.Cursor:
        return self._connection.execute(query(PACKAGE, f"staging/{name}.sql").text)

    def sort(self) -> None:
        for heard in Path(self._folder.name).glob("*.changes"):
            self._connection.execute("ATTACH ? AS writer", [str(heard)])
            self._run("gather_changes")
            self._run("gather_became_changes")
            self._connection.execute("DETACH writer")
            heard.unlink()
        self._run("containment_steps")
        for _ in range(_ROUNDS):
            if self._run("prune_steps").rowcount == 0:
                break
        self._run("mark_dependent")

    def dependent_changes(self) -> Iterator[MentionChange]:
        for known_at, sign, *mention in self._run("dependent_items"):
            yield MentionChange(known_at, sign, Mention(*mention))

    def shares(self) -> list[StagingPartition]:
        numbers = self._store.execute(query(PACKAGE, "staging/stored_item_numbers.sql").text)
        self._connection.execute("BEGIN")
        self._connection.executemany(numbered(PACKAGE, "staging/insert_item_number.sql"), numbers)
        self._run("number_items")
        self._connection.execute("COMMIT")
        self._store.execute("ATTACH ? AS staging", [str(self._path)])
        parts = self._connection.execute(query(PACKAGE, "staging/partitions.sql").text, {"most": SHARE})
        return [StagingPartition(str(self._path), first, last) for first, last in parts]

    def gains(self) -> Iterator[BecameChange]:
        return starmap(BecameChange, self._run("became_changes"))
