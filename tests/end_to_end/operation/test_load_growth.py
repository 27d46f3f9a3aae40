"""Four times as many events about one item or party take about four times the work, in large commits and in small."""

from __future__ import annotations

import gc
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, Self

import pytest

from lineage.stores import open_store
from lineage.stores.interface import Store
from tests.builders import MAKER, Json, assembled, disassembled, inspected, lot, produced, transferred, transformed
from tests.conftest import FreshStore, wiped
from tests.service_client import TickingClock, load_events

TIMES = 4
ALLOWED = 4.4
"""Of counts: linear is 4, quadratic 16."""
ALLOWED_TIME = 7
INSTRUCTIONS = 100
DAY = "2024-03-01"
HUB = "urn:x:hub"
PACK = "urn:x:pack"
CAR = "urn:x:car"


Shape = Callable[[int], Iterable[Json]]
"""A history of about so many events."""


@pytest.fixture
def fresh_sqlite(tmp_path: Path) -> Iterator[FreshStore]:
    stores: list[Store] = []

    def make() -> Store:
        stores.append(open_store(f"sqlite:///{tmp_path / f'{len(stores)}.db'}"))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def fresh_neo4j(neo4j_session_store: Store) -> FreshStore:
    return lambda: wiped(neo4j_session_store)


def day(number: int) -> str:
    return (date(2000, 1, 1) + timedelta(days=number)).isoformat()


def hot_lot_consumed(n: int) -> Iterable[Json]:
    """A lot becomes n cells, all on one date."""
    yield produced(lot(1), kind="lot")
    for i in range(n):
        yield transformed([lot(1)], {f"urn:x:cell:{i}": "cell"}, time=DAY)


def hot_lot_put_in(n: int) -> Iterable[Json]:
    """A lot is put into n wholes, all on one date."""
    yield produced(lot(1), kind="lot")
    for i in range(n):
        yield assembled(f"urn:x:cell:{i}", lot(1), time=DAY)


def hub_of_custody(n: int) -> Iterable[Json]:
    """One party is handed n items, all on one date."""
    for i in range(n // 2):
        yield produced(f"urn:x:item:{i}")
        yield transferred(f"urn:x:item:{i}", giver=MAKER, taker=HUB, time=DAY)


def swap_pack(n: int) -> Iterable[Json]:
    """A pack goes from car to car, out of the one and into the next on the same date; no custodian is named."""
    for i in range(n // 2):
        yield assembled(f"urn:x:car:{i}", PACK, time=day(i))
        yield disassembled(f"urn:x:car:{i}", PACK, time=day(i + 1))


def swap_car(n: int) -> Iterable[Json]:
    """A car is given pack after pack, in and out on the same dates; no custodian is named."""
    for i in range(n // 2):
        yield assembled(CAR, f"urn:x:pack:{i}", time=day(i))
        yield disassembled(CAR, f"urn:x:pack:{i}", time=day(i + 1))


def handed_on(n: int) -> Iterable[Json]:
    """One module goes from hand to hand."""
    yield produced("urn:x:module", time=day(0))
    for i in range(n):
        yield transferred("urn:x:module", giver=f"urn:x:party:{i}", taker=f"urn:x:party:{i + 1}", time=day(i // 2))


def inspected_often(n: int) -> Iterable[Json]:
    """One module is looked at again and again."""
    yield produced("urn:x:module", time=day(0))
    for i in range(n):
        yield inspected("urn:x:module", findings={"number": i}, time=day(i // 2))


SHAPES = (
    hot_lot_consumed,
    hot_lot_put_in,
    hub_of_custody,
    swap_pack,
    swap_car,
    handed_on,
    inspected_often,
)
IN_COMMITS = {"of 1,000": (1_000, 1_000), "of 10": (10, 300)}
"""Events in a commit, and in the shorter history."""


def load_all_of(store: Store, events: Iterable[Json], commit: int) -> None:
    coming, ticking = iter(events), TickingClock()
    while batch := list(islice(coming, commit)):
        assert load_events(store, batch, ticking).rejected == 0


# ---- work, counted: the same on every machine, however busy it is


class Work(NamedTuple):
    """The work of a load: lines of Python that run, and instructions of SQLite's machine, in hundreds."""

    lines: int
    instructions: int


class Counter:
    """Counts the lines that run in this thread while it is entered."""

    def __init__(self) -> None:
        self.lines = 0

    def __enter__(self) -> Self:
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _called(self, frame: FrameType, event: str, arg: object) -> Callable[..., Any]:
        return self._ran

    def _ran(self, frame: FrameType, event: str, arg: object) -> Callable[..., Any]:
        self.lines += 1
        return self._ran


@pytest.fixture
def instructions(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows by one with every hundred instructions of any connection that is opened from now on."""
    ticks: list[None] = []
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def counted(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        # a callable of C: no line of Python runs for it
        connection.set_progress_handler(partial(ticks.append, None), INSTRUCTIONS)
        return connection

    monkeypatch.setattr(sqlite3, "connect", counted)
    return ticks


def work(store: Store, events: Iterable[Json], commit: int, instructions: list[None]) -> Work:
    instructions.clear()
    with Counter() as counter:
        load_all_of(store, events, commit)
    return Work(counter.lines, len(instructions))


@pytest.mark.parametrize("commits", IN_COMMITS)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_load_does_work_in_proportion(
    instructions: list[None], fresh_sqlite: FreshStore, shape: Shape, commits: str
) -> None:
    commit, n = IN_COMMITS[commits]
    load_all_of(fresh_sqlite(), shape(20), commit)  # what is done once is not counted
    short, long = (work(fresh_sqlite(), shape(size), commit, instructions) for size in (n, TIMES * n))

    assert long.lines <= ALLOWED * short.lines
    assert long.instructions <= ALLOWED * short.instructions


# ---- time, measured: only on a machine that has nothing else to do


def seconds(store: Store, events: Iterable[Json], commit: int, clock: Callable[[], float]) -> float:
    """Return the seconds that a load takes."""
    gc.collect()
    start = clock()
    load_all_of(store, events, commit)
    return clock() - start


def ratio(fresh_store: FreshStore, shape: Shape, commits: str, clock: Callable[[], float], tries: int = 1) -> float:
    """Return how many times longer the longer history takes; the best of several tries counts."""
    commit, n = IN_COMMITS[commits]
    seconds(fresh_store(), shape(20), commit, clock)  # what is done once is not measured
    short, long = (
        min(seconds(fresh_store(), shape(size), commit, clock) for _ in range(tries)) for size in (n, TIMES * n)
    )
    return long / short


@pytest.mark.soak
@pytest.mark.parametrize("commits", IN_COMMITS)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_load_takes_time_in_proportion(fresh_sqlite: FreshStore, shape: Shape, commits: str) -> None:
    assert ratio(fresh_sqlite, shape, commits, time.process_time) <= ALLOWED_TIME


@pytest.mark.soak
@pytest.mark.neo4j
@pytest.mark.parametrize("commits", IN_COMMITS)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_load_into_neo4j_takes_time_in_proportion(fresh_neo4j: FreshStore, shape: Shape, commits: str) -> None:
    """The work is in another process, so real time is measured."""
    assert ratio(fresh_neo4j, shape, commits, time.perf_counter, tries=3) <= ALLOWED_TIME
