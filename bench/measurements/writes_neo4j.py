"""Durable increments on Neo4j, beside bare `MERGE` batches of the nodes and relationships that they led to.

Nothing can be put back on a server, so the bare rows are the same under other ids. What was kept of one batch of
events is kept by one bare commit. The first batches of both are not counted: a server is slow at what it does first.
"""

from __future__ import annotations

import tempfile
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson
from neo4j import Driver

from bench.candidates.raw_neo4j import bare_driver
from bench.data.neo4j_rows import LABELS, NODE, RELATIONSHIP, Node, Relationship, Row, keep, node, relationship, rows_of
from bench.measurements.writes_sqlite import batches, increments_told, one_batch
from bench.reporting.results import Facts
from car_histories import Cars, write
from lineage.stores import open_store
from lineage.stores.interface import QuestionReader, State
from lineage.stores.neo4j.row_encoding import zoned

WARMING: Final = 3
"""Batches that are not counted, where nothing else is said."""
_BARE: Final = "bare "
_BEYOND: Final = 1_000_000_000
"""Added to the positions of bare rows, which must be unique."""


def on_neo4j(url: str, items: int, warming: int = WARMING) -> Facts:
    """The lives of some cars into the store of a server, and bare beside them. The store is another afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-writes-") as name, bare_driver(url) as driver:
        file = Path(name) / "cars.jsonl"
        write(file, Cars(items))
        store = open_store(url)
        before = store.read(_state)
        ends, events, seconds = [], 0, 0.0
        for n, batch in enumerate(batches(file)):
            start = time.perf_counter()
            kept = one_batch(store, batch)
            if n >= warming:
                events, seconds = events + kept, seconds + time.perf_counter() - start
            ends.append(store.read(_state).recorded)
        store.close()
        commits = _by_commit(list(_added(driver, file, before)), ends)
        rows, bare = _bare(driver, commits, warming)
    return increments_told(events, rows, seconds, bare)


def _state(reader: QuestionReader) -> State:
    return reader.state()


def _bare(driver: Driver, commits: Sequence[Sequence[Row]], warming: int) -> tuple[int, float]:
    """Rows kept and seconds."""
    count, seconds = 0, 0.0
    for n, rows in enumerate(commits):
        with driver.session(database="neo4j") as session:
            start = time.perf_counter()
            made = session.execute_write(keep, rows, "MERGE")
            if n >= warming:
                count, seconds = count + len(rows), seconds + time.perf_counter() - start
        wanted = sum(isinstance(row, Node) for row in rows)
        if made != (wanted, len(rows) - wanted):
            raise SystemExit(f"bench: of {wanted} nodes and {len(rows) - wanted} relationships {made} were new")
    return count, seconds


def _added(driver: Driver, file: Path, before: State) -> Iterator[Row]:
    """Every node and relationship that came since: all about these things, which nobody named before."""
    since: dict[str, Any] = {"ids": _ids(file), "position": before.position, "k": zoned(before.recorded)}
    new_nodes = (
        "UNWIND $ids AS id MATCH (n:Item {id: id})",
        "MATCH (n:Event) WHERE n.position > $position",
        "MATCH (c:Event)-[:PUTS_IN]->(n) WHERE c.position > $position",
        "MATCH (n:Hang) WHERE n.whole IN $ids",
        "MATCH (n:Term) WHERE n.known_from > $k",
        "MATCH (n:SupersededTerm) WHERE n.known_from > $k",
        "UNWIND $ids AS id MATCH (:Item {id: id})-[:HELD_BY|HELD_BY_SUPERSEDED]->(p) WITH DISTINCT p AS n",
    )
    for statement in new_nodes:
        yield from (node(*row) for row in rows_of(driver, f"{statement} RETURN {NODE}", **since))
    new_relationships = (
        "UNWIND $ids AS id MATCH (:Item {id: id})-[r]-() WITH DISTINCT r, startNode(r) AS a, endNode(r) AS b",
        "MATCH (a:Event)-[r:PUTS_IN|CORRECTS]->(b) WHERE a.position > $position",
    )
    for statement in new_relationships:
        yield from (relationship(*row) for row in rows_of(driver, f"{statement} RETURN {RELATIONSHIP}", **since))


def _ids(file: Path) -> list[str]:
    """Everything that the events of a file name."""
    found: set[str] = set()
    for line in file.read_bytes().splitlines():
        event = orjson.loads(line)
        for told in (event, event.get("replacement") or {}):
            named = [x for k in ("items", "parts", "inputs", "outputs") for x in told.get(k, ())]
            found.update(x if isinstance(x, str) else x["id"] for x in named)
            found.update(told[k] for k in ("whole",) if k in told)
    return sorted(found)


End = tuple[str, str]


def _by_commit(rows: Sequence[Row], ends: Sequence[int]) -> list[list[Row]]:
    """The rows by the batch that first kept them, under names of their own; an end never comes after what it ends."""
    first: dict[End, int] = {}
    edges: dict[int, int] = {}
    for row in rows:
        if isinstance(row, Node):
            at = row.properties.get("known_from") or row.properties.get("recorded")
            first[row[:2]] = len(ends) - 1 if at is None else _batch(at, ends)
    for n, row in enumerate(rows):
        if isinstance(row, Relationship) and "known_from" in row.properties:
            edges[n] = _batch(row.properties["known_from"], ends)
            for end in (row.start, row.end):
                first[end] = min(first[end], edges[n])
    found: dict[int, list[Row]] = defaultdict(list)
    for n, row in enumerate(rows):
        if isinstance(row, Node):
            found[first[row[:2]]].append(_renamed_node(row))
        else:
            found[edges.get(n, max(first[row.start], first[row.end]))].append(_renamed(row))
    return [found[n] for n in range(len(ends))]


def _batch(at: datetime, ends: Sequence[int]) -> int:
    return min(bisect_left(ends, round(at.timestamp() * 1000)), len(ends) - 1)


def _renamed_node(row: Node) -> Node:
    key = _BARE + row.key
    moved = {"position": row.properties["position"] + _BEYOND} if "position" in row.properties else {}
    return row._replace(key=key, properties={**row.properties, LABELS[row.label]: key, **moved})


def _renamed(row: Relationship) -> Relationship:
    start, end = ((label, _BARE + key) for label, key in (row.start, row.end))
    if row.key is None:
        return row._replace(start=start, end=end)
    key = _BARE + row.key
    return row._replace(start=start, end=end, key=key, properties={**row.properties, "key": key})
