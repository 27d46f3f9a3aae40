"""Deriving everything with helpers: the rows that one process makes, byte for byte, and nothing left behind."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from lineage.domain.errors import StoreUnavailableError
from lineage.exchange.jsonl import read_lines
from lineage.service.ingest.load import Rules, load, load_all
from lineage.service.projection import bulk, worker_pool
from lineage.service.projection import rebuild as rebuild_module
from lineage.service.projection.rebuild import rebuild
from lineage.service.projection.worker_pool import WorkerPool
from lineage.stores import open_store
from lineage.stores.sqlite import staging as sqlite_staging
from tests.fleet.samples import fleet, options
from tests.service_client import TickingClock


def dumped(url: str) -> list[str]:
    """Every row of every table as the file holds it, numbers of items and all."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return sorted(connection.iterdump())


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    """A little fleet in the order of arrival, of which one event in twenty is withdrawn in the end."""
    made = fleet(options(40, cells=0.5)).lines
    withdrawn = [
        {
            "id": f"fix-{event['id']}",
            "type": "corrected",
            "time": "2026-10-30",
            "reporter": event["reporter"],
            "target": event["id"],
            "reason": "mistaken",
            "recorded": "2026-10-31T00:00:00Z",
        }
        for event in map(orjson.loads, made[::20])
    ]
    return [*(line.encode() for line in made), *map(orjson.dumps, withdrawn)]


follow = bulk._replay_partition


def helpers(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many helpers, from the first batch and the first share on, of which there are many."""
    monkeypatch.setattr(worker_pool, "cores", lambda: count)
    monkeypatch.setattr(worker_pool, "TASKS_BEFORE_HELPERS", 1)
    monkeypatch.setattr(rebuild_module, "REBUILD_BATCH", 50)
    monkeypatch.setattr(sqlite_staging, "PARTITION_SIZE", 300)


def test_helpers_derive_byte_for_byte_what_one_process_derives(
    tmp_path: Path, lines: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuilt = []
    for count in (1, 2, 3):
        helpers(count, monkeypatch)
        url = f"sqlite:///{tmp_path}/{count}.db"
        store = open_store(url)
        load_all(store, read_lines([b"\n".join(lines)]), Rules(TickingClock(), keep_recorded=True))
        imported = dumped(url)
        store.write(rebuild)
        store.close()
        assert dumped(url) == imported
        rebuilt.append(imported)
    assert rebuilt[1] == rebuilt[0]
    assert rebuilt[2] == rebuilt[0]
    assert sum('INSERT INTO "mention_past"' in row for row in rebuilt[0]) > 100
    assert len(rebuilt[0]) > 5_000


def square(number: int) -> int:
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 14:
        raise ZeroDivisionError("fourteen")
    return number * number


@pytest.fixture
def two() -> Iterator[WorkerPool]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(worker_pool, "cores", lambda: 2)
        patched.setattr(worker_pool, "TASKS_BEFORE_HELPERS", 1)
        with WorkerPool() as some:
            yield some


def test_what_comes_back_is_in_the_order_of_what_was_given(two: WorkerPool) -> None:
    assert list(two.spread(square, range(10))) == [(n, n * n) for n in range(10)]
    assert list(two.spread(square, range(5))) == [(n, n * n) for n in range(5)]
    assert list(two.spread(square, [])) == []


def test_what_the_work_raises_is_raised_here(two: WorkerPool) -> None:
    with pytest.raises(ZeroDivisionError, match="fourteen"):
        list(two.spread(square, [1, 2, 14, 3]))


def test_a_helper_that_dies_is_an_error_of_the_store(two: WorkerPool) -> None:
    with pytest.raises(StoreUnavailableError, match="was lost"):
        list(two.spread(square, [1, 2, 13, 3, 4, 5, 6]))


def test_a_rebuild_whose_helper_dies_leaves_everything_as_it_was(
    tmp_path: Path, lines: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    helpers(2, monkeypatch)
    url = f"sqlite:///{tmp_path}/store.db"
    store = open_store(url)
    load(store, read_lines([b"\n".join(lines)]), Rules(TickingClock(), keep_recorded=True))
    before = dumped(url)
    monkeypatch.setattr(bulk, "_replay_partition", dies)
    with pytest.raises(StoreUnavailableError):
        store.write(rebuild)
    assert dumped(url) == before
    monkeypatch.undo()
    store.write(rebuild)
    store.close()


def dies(share: Any) -> bytes:
    """Kills a helper, never the process of the tests, which works on the first items itself."""
    if sys.argv[0] == "-c":
        os.kill(os.getpid(), signal.SIGKILL)
    return follow(share)


_SLEEPING = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background has it ignored
from lineage.service.projection import worker_pool as workers
from tests.contract.test_workers import slow
workers.cores, workers.TASKS_BEFORE_HELPERS = lambda: 2, 1
with workers.WorkerPool() as some:
    for _, pid in some.spread(slow, [0, 0, 0, 60, 60]):
        print(pid, flush=True)
"""


def slow(seconds: int) -> int:
    time.sleep(seconds)
    return os.getpid()


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_helper_outlives_the_process_that_started_it(sent: signal.Signals) -> None:
    started = subprocess.Popen(
        [sys.executable, "-c", _SLEEPING], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert started.stdout is not None
    own, *pids = [int(started.stdout.readline()) for _ in range(3)]
    assert own == started.pid
    assert len(set(pids)) == 2
    started.send_signal(sent)
    started.communicate()
    deadline = time.monotonic() + 10
    while any(map(_alive, pids)):
        assert time.monotonic() < deadline, "a helper lives on"
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
