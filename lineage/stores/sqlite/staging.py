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
        self._path = Path(self._folder.name) / "notes.db"
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
        for statement in query(PACKAGE, "notes/001_tables.sql").text.split(";\n"):
            self._connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._folder.cleanup()

    def _run(self, name: str) -> sqlite3.Cursor:
        return self._connection.execute(query(PACKAGE, f"notes/{name}.sql").text)

    def sort(self) -> None:
        for heard in Path(self._folder.name).glob("*.heard"):
            self._connection.execute("ATTACH ? AS ear", [str(heard)])
            self._run("sort")
            self._run("gather_gains")
            self._connection.execute("DETACH ear")
            heard.unlink()
        self._run("steps")
        for _ in range(_ROUNDS):
            if self._run("drop_steps").rowcount == 0:
                break
        self._run("weave")

    def dependent_changes(self) -> Iterator[MentionChange]:
        for k, sign, *mention in self._run("woven"):
            yield MentionChange(k, sign, Mention(*mention))

    def shares(self) -> list[StagingPartition]:
        numbers = self._store.execute(query(PACKAGE, "notes/all_numbers.sql").text)
        self._connection.execute("BEGIN")
        self._connection.executemany(numbered(PACKAGE, "notes/add_number.sql"), numbers)
        self._run("number")
        self._connection.execute("COMMIT")
        self._store.execute("ATTACH ? AS notes", [str(self._path)])
        parts = self._connection.execute(query(PACKAGE, "notes/shares.sql").text, {"most": SHARE})
        return [StagingPartition(str(self._path), first, last) for first, last in parts]

    def gains(self) -> Iterator[BecameChange]:
        return starmap(BecameChange, self._run("gains"))
