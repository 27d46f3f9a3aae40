"""Speed of `lineage rebuild` on a copy of a filled store, and a comparison of every row afterwards."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import orjson
from neo4j import Driver

from bench.candidates.raw_neo4j import bare_driver
from bench.data.datasets import ROOT
from bench.data.neo4j_rows import LABELS, TYPES, Row, nodes, relationships
from bench.reporting.results import Facts

TABLES: Final = {
    "item": ("",), "item_past": ("item",), "mention": ("item",), "mention_past": ("item",),
    "part_of": ("part", "whole"), "part_of_past": ("part", "whole"), "became": ("input", "output"),
    "became_past": ("input", "output"), "held_by": ("item",), "held_by_past": ("item",),
    "custody_dependency": ("whole", "part"), "term": (), "term_past": (), "enrolment": (), "enrolment_past": (),
    "party": (), "journal": (), "correction": (),
}  # fmt: skip
"""Every table with its columns of item numbers: a rebuild may change numbers, so the ids are compared."""


def on_sqlite(path: str, place: Path) -> Facts:
    """Rebuild a copy and compare its rows with those of the original, table by table, streamed."""
    with tempfile.TemporaryDirectory(prefix="rebuild-", dir=place) as name:
        copy = Path(name) / "store.db"
        shutil.copy(path, copy)
        events, seconds = rebuild(f"sqlite:///{copy}")
        compared = differing = 0
        for table in TABLES:
            rows, others = _differing(path, str(copy), table)
            compared, differing = compared + rows, differing + others
    return _facts(events, seconds, compared, differing)


def on_neo4j(url: str) -> Facts:
    """Rebuild the store of a server and compare the digests of all its nodes and relationships."""
    with bare_driver(url) as driver:
        before = _digests(driver)
        events, seconds = rebuild(url)
        after = _digests(driver)
    return _facts(events, seconds, len(before), len(before ^ after))


def rebuild(url: str) -> tuple[int, float]:
    """Return the number of events and the seconds of the command, its start included."""
    line = [sys.executable, "-m", "lineage.cli", "rebuild", "--store", url, "--json"]
    start = time.perf_counter()
    done = subprocess.run(line, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"bench: {url} was not rebuilt: {done.stdout[-500:]!r} {done.stderr[-500:]!r}")
    return int(orjson.loads(done.stdout)["rebuilt"]), seconds


def _facts(events: int, seconds: float, rows: int, differing: int) -> Facts:
    return {
        "events": events,
        "seconds": seconds,
        "events_a_second": events / seconds,
        "rows_compared": rows,
        "rows_that_differ": differing,
    }


def _differing(one: str, other: str, table: str) -> tuple[int, int]:
    """Return the number of rows in the first file, and of rows that only one of the two files has."""
    count = differing = 0
    left, right = _sorted(one, table), _sorted(other, table)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if a == b:
            count += 1
            a, b = next(left, None), next(right, None)
        elif b is None or (a is not None and a < b):
            count, differing = count + 1, differing + 1
            a = next(left, None)
        else:
            differing += 1
            b = next(right, None)
    return count, differing


def _sorted(path: str, table: str) -> Iterator[tuple[str, ...]]:
    """Yield the digests of the rows of a table, sorted, with ids instead of numbers and without `num`."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.create_function("digest", -1, _digest, deterministic=True)
    numbers = TABLES[table]
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "num"]
    shown = [f"i{numbers.index(c)}.id" if c in numbers else f"t.{c}" for c in columns]
    joins = " ".join(f"JOIN item i{n} ON i{n}.num = t.{c}" for n, c in enumerate(numbers) if c)
    statement = f"SELECT digest({', '.join(shown)}) AS d FROM {table} t {joins} ORDER BY d"
    yield from connection.execute(statement)
    connection.close()


def _digest(*values: Any) -> bytes:
    return blake2b(repr(values).encode(), digest_size=16).digest()


def _digests(driver: Driver) -> set[bytes]:
    found: set[bytes] = set()
    for read, kinds in ((nodes, LABELS), (relationships, TYPES)):
        for kind in kinds:
            found.update(_digest(*_ordered(row)) for row in read(driver, kind))
    return found


def _ordered(row: Row) -> tuple[Any, ...]:
    return (*row[:-1], sorted(row.properties.items()))
