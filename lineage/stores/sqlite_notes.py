"""What a whole journal says, sorted by item in a scratch file: memory does not grow with it."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Self

from lineage.domain.graph import Mention
from lineage.stores.interface import Gain, Said
from lineage.stores.queries import numbered, query
from lineage.stores.sqlite_reads import PACKAGE

_ROUNDS: Final = 40
"""Rounds in which steps that close no ring are told; what is left after them counts as if it might close one."""


class SqliteNotes:
    """See `interface.Notes`. The file is gone when the notes are closed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lineage-")
        self._connection = sqlite3.connect(Path(self._folder.name) / "notes.db", isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "temp_store = FILE"):
            self._connection.execute(f"PRAGMA {pragma}")
        for statement in query(PACKAGE, "notes/001_tables.sql").text.split(";\n"):
            self._connection.execute(statement)
        self._connection.execute("BEGIN")
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._folder.cleanup()

    def _run(self, name: str) -> sqlite3.Cursor:
        return self._connection.execute(query(PACKAGE, f"notes/{name}.sql").text)

    def hear(self, said: Iterable[Said]) -> None:
        before = self._count
        rows = [(m[0], n, k, sign, *m[1:]) for n, (k, sign, m) in enumerate(said, before)]
        self._count += len(rows)
        self._connection.executemany(numbered(PACKAGE, "notes/hear.sql"), rows)

    def gain(self, gains: Iterable[Gain]) -> None:
        before = self._count
        rows = [(g.input, g.output, g.at, n, g.k, g.sign, g.event) for n, g in enumerate(gains, before)]
        self._count += len(rows)
        self._connection.executemany(numbered(PACKAGE, "notes/add_gain.sql"), rows)

    def sort(self) -> None:
        self._run("sort")
        self._run("forget_heard")
        self._run("steps")
        for _ in range(_ROUNDS):
            if self._run("drop_steps").rowcount == 0:
                break
        self._run("weave")

    def woven(self) -> Iterator[Said]:
        for k, sign, *mention in self._run("woven"):
            yield Said(k, sign, Mention(*mention))

    def said(self) -> Iterator[Said]:
        make = Mention._make
        for item, k, sign, *rest in self._run("said"):
            yield Said(k, sign, make((item, *rest)))

    def items(self) -> Iterator[str]:
        for (item,) in self._run("items"):
            yield item

    def gains(self) -> Iterator[Gain]:
        return map(Gain._make, self._run("gains"))
