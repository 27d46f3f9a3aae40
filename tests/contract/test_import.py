"""A whole register at once: reported in any order, an import leaves what a load leaves, row by row."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import neo4j
import orjson
import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from lineage.domain.errors import ImportUnfinishedError, StoreError, StoreNotEmptyError, StoreUnavailableError
from lineage.exchange.jsonl import read_lines
from lineage.service.ingest.load import BatchSize, LoadReport, Rules, load, load_all
from lineage.stores import open_store
from lineage.stores.interface import EMPTY, Changes, PartyRow, Store, Transaction
from lineage.stores.neo4j import bulk_import as neo4j_fill
from lineage.stores.neo4j.store import Neo4jStore
from tests import builders as b
from tests.conftest import FreshStore
from tests.histories import histories, recorded
from tests.service_client import TickingClock
from tests.stores.neo4j_wipe import wipe

BAD: tuple[bytes, ...] = (b"{", b'{"type": "produced"}', b"[]", b'{"type": "sold"}', b"\xff")
NUMBERED = {
    "item": ("num",),
    "item_past": ("item",),
    "mention": ("item",),
    "mention_past": ("item",),
    "custody_dependency": ("whole", "part"),
    "part_of": ("part", "whole"),
    "part_of_past": ("part", "whole"),
    "became": ("input", "output"),
    "became_past": ("input", "output"),
    "held_by": ("item",),
    "held_by_past": ("item",),
}
"""Columns that hold numbers of items, which follow the order in which a store met them."""

Load = Callable[..., LoadReport]
Rows = Counter[str]


def sqlite_rows(path: str) -> Rows:
    """Every row of every table, with ids in the place of numbers, and the metadata of the file."""
    connection = sqlite3.connect(path)
    ids = dict(connection.execute("SELECT num, id FROM item"))
    found = Counter(map(repr, connection.execute("SELECT type, name, sql FROM sqlite_master")))
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        cursor = connection.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        for row in cursor:
            stated = dict(zip(names, row, strict=True))
            stated.update({column: ids[stated[column]] for column in NUMBERED.get(table, ())})
            found[repr((table, stated))] += 1
    connection.close()
    return found


def neo4j_rows(store: Neo4jStore) -> Rows:
    """Every node and every edge, but for the count of commits."""
    with store._session(neo4j.READ_ACCESS) as session:
        nodes = session.run("MATCH (n) RETURN labels(n), properties(n)").values()
        edges = session.run(
            "MATCH (a)-[r]->(b) RETURN coalesce(a.id, a.key), type(r), coalesce(b.id, b.key), properties(r)"
        ).values()
    return Counter(
        repr([sorted(value.items()) if isinstance(value, dict) else value for value in row])
        for row in ([*some[:-1], {k: v for k, v in some[-1].items() if k != "commits"}] for some in (*nodes, *edges))
    )


def rows(store: Store) -> Rows:
    return neo4j_rows(store) if isinstance(store, Neo4jStore) else sqlite_rows(store.url.removeprefix("sqlite:///"))


def stored(into: Load, store: Store, lines: list[bytes], *, keep_recorded: bool) -> dict[str, Any]:
    """The document of a load, with the refused lines as they are reported."""
    reported: list[object] = []
    report = into(
        store, read_lines([b"\n".join(lines)]), Rules(TickingClock(), keep_recorded=keep_recorded),
        refused=lambda line, notices: reported.append((line.number, line.raw, notices)),
    )  # fmt: skip
    return {**report.document(), "refused": reported}


def file_of(events: Iterable[b.Json], chance: random.Random) -> list[bytes]:
    """The events as lines, some of them twice, one with other content, and bad ones among them."""
    lines = [orjson.dumps(event) for event in events]
    lines += chance.sample(lines, len(lines) // 5)
    lines.append(orjson.dumps({**orjson.loads(lines[0]), "reporter": b.SHOP}))
    for bad in BAD:
        lines.insert(chance.randrange(len(lines) + 1), bad)
    return lines


@contextmanager
def batches_of(events: int) -> Iterator[None]:
    """Batches of a few events, so that a small file has many."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("lineage.service.ingest.load.BatchSize", lambda: BatchSize(events))
        yield


stories = st.composite(lambda draw: draw(recorded(draw(histories(wild=draw(st.booleans()), max_events=40)))))()


@pytest.mark.parametrize("number", [0, *(pytest.param(n, marks=pytest.mark.soak) for n in range(1, 12))])
def test_an_import_leaves_what_a_load_leaves(fresh_store: FreshStore, number: int) -> None:
    @seed(number)
    @settings(max_examples=3, phases=[Phase.generate], database=None)
    @given(story=stories)
    def same(story: list[b.Json]) -> None:
        chance = random.Random(number)
        keep_recorded = chance.random() < 0.7
        if not keep_recorded:
            story = [{k: v for k, v in event.items() if k != "recorded"} for event in story]
        in_order = sorted(story, key=lambda e: str(e.get("recorded", "")))
        lines = file_of(in_order if chance.random() < 0.6 else chance.sample(story, len(story)), chance)
        # Where a batch ends inside a transaction time, a load may record that a row was learned twice, end to end.
        with batches_of(1_000 if keep_recorded else 4):
            store = fresh_store()
            loaded = stored(load, store, lines, keep_recorded=keep_recorded)
            expected = rows(store)
            store = fresh_store()
            assert stored(load_all, store, lines, keep_recorded=keep_recorded) == loaded
            found = rows(store)
        assert (found - expected, expected - found) == (Counter(), Counter())

    same()


def test_items_with_the_same_reports_are_still_what_their_own_ids_state(fresh_store: FreshStore) -> None:
    """A rebuild and an import follow one history for all of them: not where a kind is read from an id."""
    subjects = [b.vin(1), b.battery_code(1, "cell"), b.battery_code(2, "module"), b.battery_code(3, "pack"), "urn:x:1"]
    cells = [b.battery_code(n, "cell") for n in range(10, 16)]
    reported = [
        b.transferred(*subjects, giver=b.MAKER, taker=b.OEM, time="2024-02-01", event_id="moved"),
        b.transferred(*subjects, giver=b.OEM, taker=b.SHOP, time="2024-03-01", event_id="moved-again"),
        b.produced(*cells, event_id="made"),
        b.assembled("urn:x:p", *cells[:4], time="2024-02-01", event_id="in"),
        b.produced(*subjects[1:4], "urn:x:2", kind="part", time="2024-01-02", event_id="made-late"),
        b.corrected("moved-again", event_id="fix"),
    ]
    lines = [orjson.dumps(event) for event in reported]
    with batches_of(2):
        store = fresh_store()
        assert stored(load, store, lines, keep_recorded=False)["errors"] == []
        expected = rows(store)
        store = fresh_store()
        stored(load_all, store, lines, keep_recorded=False)
        found = rows(store)
    assert (found - expected, expected - found) == (Counter(), Counter())


def test_a_store_that_holds_events_takes_no_import(fresh_store: FreshStore) -> None:
    store = fresh_store()
    stored(load, store, [orjson.dumps(b.produced("urn:x:1"))], keep_recorded=False)
    before = rows(store)
    with pytest.raises(StoreNotEmptyError):
        stored(load_all, store, [orjson.dumps(b.produced("urn:x:2"))], keep_recorded=False)
    assert rows(store) == before


def test_an_import_of_nothing_leaves_an_empty_store_that_takes_events(fresh_store: FreshStore) -> None:
    store = fresh_store()
    assert stored(load_all, store, [b"{"], keep_recorded=False)["rejected"] == 1
    assert stored(load, store, [orjson.dumps(b.produced("urn:x:1"))], keep_recorded=False)["accepted"] == 1


def test_an_import_that_fails_leaves_nothing_and_can_be_run_again(fresh_store: FreshStore) -> None:
    store = fresh_store()

    def fails(transaction: Transaction) -> None:
        transaction.apply(Changes(parties={b.MAKER: PartyRow(b.MAKER, 1, 1, 1)}))
        raise StoreUnavailableError("The power is out.")

    before = rows(store)
    with pytest.raises(StoreUnavailableError):
        store.fill(fails)
    assert rows(store) == before
    assert stored(load_all, store, [orjson.dumps(b.produced("urn:x:1"))], keep_recorded=False)["accepted"] == 1


@pytest.mark.parametrize("seconds", [0.0, 0.4])
def test_a_killed_import_leaves_an_empty_store(sqlite_file: str, seconds: float) -> None:
    lines = [orjson.dumps(b.produced(f"urn:x:{n}", event_id=f"made-{n}")) for n in range(2_500)]
    open_store(sqlite_file).close()
    importing = subprocess.Popen(
        [sys.executable, "-m", "lineage.cli", "import", "-", "--store", sqlite_file], stdin=subprocess.PIPE
    )
    assert importing.stdin is not None
    importing.stdin.write(b"\n".join(lines) + b"\n")
    importing.stdin.flush()
    time.sleep(seconds)
    importing.kill()
    importing.communicate()
    store = open_store(sqlite_file)
    assert store.read(lambda reader: reader.state()) == EMPTY
    assert stored(load_all, store, lines, keep_recorded=False)["accepted"] == len(lines)
    store.close()


@pytest.mark.neo4j
def test_what_an_interrupted_import_left_is_never_read_and_wiped_by_the_next(
    neo4j_session_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = neo4j_session_store
    assert isinstance(store, Neo4jStore)
    wipe(store)
    lines = [orjson.dumps(b.produced(f"urn:x:{n}", event_id=f"made-{n}")) for n in range(30)]
    stored(load_all, store, lines, keep_recorded=False)
    expected = rows(store)
    wipe(store)
    monkeypatch.setattr(neo4j_fill, "_ROWS", 20)
    batches = iter(range(3))

    def dies(*given: Any) -> None:
        if next(batches, None) is None:
            raise StoreUnavailableError("The power is out.")
        keep_some(*given)

    keep_some = neo4j_fill._write
    monkeypatch.setattr(neo4j_fill, "_write", dies)
    with pytest.raises(StoreUnavailableError):
        stored(load_all, store, lines, keep_recorded=False)
    monkeypatch.setattr(neo4j_fill, "_write", keep_some)
    for attempt in (
        lambda: store.read(lambda reader: reader.state()),
        lambda: store.read(lambda reader: reader.mentions(["urn:x:1"])),
        lambda: stored(load, store, lines, keep_recorded=False),
    ):
        with pytest.raises(ImportUnfinishedError) as reported:
            attempt()
        assert isinstance(reported.value, StoreError)
        assert reported.value.code == "import_unfinished"
    stored(load_all, store, lines, keep_recorded=False)
    found = rows(store)
    assert (found - expected, expected - found) == (Counter(), Counter())
