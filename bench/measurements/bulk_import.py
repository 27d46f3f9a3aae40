"""Bulk import into an empty store: `lineage import` against a bare load of the same rows."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from neo4j import Driver

from bench.candidates.raw_neo4j import bare_driver
from bench.data.datasets import Filled, fill, served
from bench.data.neo4j_rows import LABELS, TYPES, Row, counted, nodes, relationships, write_rows
from bench.measurements.writes_sqlite import TABLES
from bench.reporting.results import Facts
from lineage.stores import open_store
from lineage.stores.neo4j.schema import rules
from lineage.stores.query_files import query
from lineage.stores.sqlite.store import PACKAGE

SAMPLE: Final = 25_000
"""The number of events, from the beginning of the file, that are imported into Neo4j: a third at 100,000 items."""
_ROWS: Final = 50_000
_CREATED: Final = 10_000
_FOUND_BY: Final = ("item_id", "enterprise_id", "event_id")


def on_sqlite(place: Path) -> Facts:
    """Import all events into a new file, then load all its rows into another in one transaction, indexed at the end."""
    with tempfile.TemporaryDirectory(prefix="bulk-", dir=place) as name:
        folder = Path(name)
        ours = fill(f"sqlite:///{folder / 'ours.db'}", place / "events.jsonl", folder / "filled.json")
        rows, bare = _bare_sqlite(folder / "ours.db", folder / "bare.db")
    return _facts(ours, rows, bare)


def _bare_sqlite(filled: Path, file: Path) -> tuple[int, float]:
    """Return the number of rows written and the seconds, without the time of reading them from the filled store."""
    source = sqlite3.connect(f"file:{filled}?mode=ro", uri=True)
    connection = sqlite3.connect(file, isolation_level=None)
    statements = [s.strip() for s in query(PACKAGE, "schema/001_tables.sql").text.split(";\n") if s.strip()]
    indexes = [s for s in statements if "CREATE INDEX" in s]
    count, start = 0, time.perf_counter()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("BEGIN")
    for statement in statements:
        if statement not in indexes:
            connection.execute(statement)
    seconds = time.perf_counter() - start
    for table in TABLES:
        # In the order of the table: by its key.
        cursor = source.execute(f"SELECT * FROM {table}")
        while rows := cursor.fetchmany(_ROWS):
            start = time.perf_counter()
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            seconds += time.perf_counter() - start
            count += len(rows)
    start = time.perf_counter()
    for statement in indexes:
        connection.execute(statement)
    connection.execute("COMMIT")
    seconds += time.perf_counter() - start
    connection.close()
    source.close()
    return count, seconds


def on_neo4j(place: Path) -> Facts:
    """Import the first events into an empty server, then load its nodes and relationships into another by `CREATE`."""
    with contextlib.ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="bulk-", dir=place)))
        sample = folder / "events.jsonl"
        with (place / "events.jsonl").open("rb") as lines, sample.open("wb") as out:
            out.writelines(islice(lines, SAMPLE))
        filled = held.enter_context(served(folder / "ours"))
        open_store(filled.url).close()
        ours = fill(filled.url, sample, folder / "filled.json")
        empty = held.enter_context(served(folder / "bare"))
        source, target = (held.enter_context(bare_driver(server.url)) for server in (filled, empty))
        rows, bare = _bare_neo4j(source, target, empty.url)
    return _facts(ours, rows, bare)


def _bare_neo4j(source: Driver, target: Driver, url: str) -> tuple[int, float]:
    """Return the number of rows written and the seconds; indexes for ends of relationships come first, others last."""
    with target.session(database="neo4j") as session:
        for rule in rules():
            if rule.name in _FOUND_BY:
                session.run(query("cypher", rule.file).text).consume()
    count, seconds = 0, 0.0
    kinds = [(nodes, label) for label in LABELS] + [(relationships, type_) for type_ in TYPES]
    for read, kind in kinds:
        for some in _pages(read(source, kind)):
            start = time.perf_counter()
            with target.session(database="neo4j") as session:
                session.execute_write(write_rows, some, "CREATE")
            seconds += time.perf_counter() - start
            count += len(some)
    start = time.perf_counter()
    open_store(url).close()
    seconds += time.perf_counter() - start
    if (there := counted(target)) != counted(source):
        raise SystemExit(f"bench: the bare load wrote {there} nodes and relationships, and not {counted(source)}")
    return count, seconds


def _pages(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, _CREATED)):
        yield some


def _facts(ours: Filled, rows: int, bare: float) -> Facts:
    found: dict[str, Any] = {
        "events": ours.events,
        "rows": rows,
        "seconds": ours.seconds,
        "events_a_second": ours.events_a_second,
        "bare_seconds": bare,
        "share_of_bare": bare / ours.seconds,
    }
    return found
