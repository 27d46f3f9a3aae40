"""Durable increments on SQLite: batches of events through the service, against a bare insert of the same rows."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench.reporting.results import Facts
from car_histories import Cars, write
from lineage.exchange.jsonl import Line, read_lines
from lineage.operations.operation import system_clock
from lineage.service.ingest.load import Rules, load
from lineage.stores import open_store
from lineage.stores.interface import Store

BATCH: Final = 500
TABLES: Final = {
    "journal": "position", "correction": "recorded", "item": "num", "item_past": "known_until", "mention": "known_from",
    "mention_past": "known_until", "part_of": "known_from", "part_of_past": "known_until", "became": "known_from",
    "became_past": "known_until", "held_by": "known_from", "held_by_past": "known_until", "custody_dependency": "at",
    "term": "known_from", "term_past": "known_until", "enrolment": "known_from", "enrolment_past": "known_until",
    "party": "known_from",
}  # fmt: skip
"""Every table and the column that orders its rows by insertion."""
REPLACED: Final = ("item", "custody_dependency", "party")
"""Tables whose rows change without a new transaction time."""


def batches(file: Path, size: int = BATCH) -> Iterator[list[Line]]:
    with file.open("rb") as stream:
        lines = read_lines(stream)
        while batch := list(islice(lines, size)):
            yield batch


def one_batch(store: Store, batch: Sequence[Line]) -> int:
    """Validate, journal and project a batch in one durable commit; return the number of events stored."""
    report = load(store, batch, Rules(system_clock))
    if report.rejected:
        raise SystemExit(f"bench: {report.rejected} events were refused: {report.errors[:1]}")
    return report.accepted


def increments(store: Store, file: Path) -> tuple[int, float]:
    """Return the number of events stored and the seconds."""
    start = time.perf_counter()
    stored = sum(one_batch(store, batch) for batch in batches(file))
    return stored, time.perf_counter() - start


def on_sqlite(path: str, items: int, place: Path) -> Facts:
    """Write the histories of some cars, with late reports and corrections, into a copy of a filled store."""
    with tempfile.TemporaryDirectory(prefix="writes-", dir=place) as name:
        folder = Path(name)
        write(folder / "cars.jsonl", Cars(items))
        for copy in ("ours.db", "bare.db"):
            shutil.copy(path, folder / copy)
        store = open_store(f"sqlite:///{folder / 'ours.db'}")
        events, seconds = increments(store, folder / "cars.jsonl")
        store.close()
        rows, bare = bare_inserts(folder, Path(path), -(-events // BATCH))
    return increment_facts(events, rows, seconds, bare)


def increment_facts(events: int, rows: int, seconds: float, bare: float) -> Facts:
    commits = -(-events // BATCH)
    return {
        "events": events,
        "rows": rows,
        "events_a_second": events / seconds,
        "bare_events_a_second": events / bare,
        "ms_a_batch": seconds / commits * 1000,
        "share_of_bare": bare / seconds,
    }


def bare_inserts(folder: Path, base: Path, commits: int) -> tuple[int, float]:
    """Insert the rows that the increments added or changed with `executemany`, in as many durable commits."""
    added = {table: _added(folder / "ours.db", base, table, order) for table, order in TABLES.items()}
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -65536")
    start = time.perf_counter()
    for n in range(commits):
        connection.execute("BEGIN IMMEDIATE")
        for table, rows in added.items():
            if part := rows[len(rows) * n // commits : len(rows) * (n + 1) // commits]:
                marks = ", ".join("?" * len(part[0]))
                connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", part)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return sum(map(len, added.values())), seconds


def _added(ours: Path, base: Path, table: str, order: str) -> Sequence[tuple[Any, ...]]:
    """Return the new rows of a table in the order of insertion."""
    connection = sqlite3.connect(ours)
    connection.execute("ATTACH ? AS base", [str(base)])
    (last,) = connection.execute(f"SELECT max({'position' if order == 'position' else 'recorded'}) FROM base.journal")
    newer = "true" if table in REPLACED else f"{order} > {last[0]}"
    statement = f"""SELECT * FROM (
        SELECT * FROM main.{table} WHERE {newer} EXCEPT SELECT * FROM base.{table} WHERE {newer}) ORDER BY {order}"""
    rows = connection.execute(statement).fetchall()
    connection.close()
    return rows
