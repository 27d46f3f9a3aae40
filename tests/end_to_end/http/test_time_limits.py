"""Every read ends: by its limit, when its client hangs up, and without holding up the others."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx

from api.app import create_app
from lineage.domain.errors import TimeLimitError
from lineage.operations.deadline import Deadline
from lineage.stores.interface import (
    FindingsCache,
    ProjectionReader,
    QuestionReader,
    ReadLimit,
    RowDifference,
    Store,
    Transaction,
)
from tests.builders import assembled
from tests.end_to_end.conftest import asking, serving
from tests.end_to_end.http_and_cli import JSON, cell, post

T = TypeVar("T")
PATIENCE_S: Final = 30
HEAVY: Final = "urn:x:heavy"
LIGHT: Final = "urn:x:cell:1"


class HeavyReader:
    """A reader that needs as long for the facts of one item as it may take."""

    def __init__(self, reader: QuestionReader, limit: ReadLimit | None, store: HeavyStore) -> None:
        self._reader, self._limit, self._store = reader, limit, store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def facts(self, ids: list[str], known_at: int | None) -> Any:
        if HEAVY in ids and self._limit is not None:
            self._store.begun.release()
            while not self._limit.over():
                self._store.pause.wait(0.005)
            self._store.ended.release()
            raise TimeLimitError
        return self._reader.facts(ids, known_at)


class HeavyStore:
    """A store in which one item is a heavy read. `begun` and `ended` count those reads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.url, self.read_threads, self.is_new = store.url, store.read_threads, store.is_new
        self.findings: FindingsCache | None = store.findings
        self.begun, self.ended, self.pause = threading.Semaphore(0), threading.Semaphore(0), threading.Event()

    def read(self, work: Callable[[QuestionReader], T], limit: ReadLimit | None = None) -> T:
        heavy: Callable[[QuestionReader], T] = lambda reader: work(HeavyReader(reader, limit, self))  # type: ignore[arg-type] # noqa: E731
        return self._store.read(heavy, limit)

    def read_projection(self, work: Callable[[ProjectionReader], T], limit: ReadLimit | None = None) -> T:
        return self._store.read_projection(work, limit)

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self._store.write(work)

    def fill(self, work: Callable[[Transaction], T]) -> T:
        return self._store.fill(work)

    def differences(self, derive: Callable[[QuestionReader, Transaction], None], most: int) -> list[RowDifference]:
        return self._store.differences(derive, most)

    def ready(self) -> None:
        self._store.ready()

    def close(self) -> None: ...


def test_a_read_that_cannot_be_cut_is_refused_with_its_own_code(store: Store) -> None:
    with asking(HeavyStore(store), read_seconds=0.05) as client:
        response = client.get(f"/v1/items/{HEAVY}")

    assert (response.status_code, response.json()["code"]) == (503, "time_limit")


def test_light_reads_are_answered_while_four_heavy_ones_run(store: Store) -> None:
    heavy = HeavyStore(store)
    service = create_app(heavy, read_seconds=PATIENCE_S)
    with serving(service) as url, httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
        post(client, cell(1))
        connections = [sent(url, f"/v1/items/{HEAVY}") for _ in range(4)]
        assert all(heavy.begun.acquire(timeout=PATIENCE_S) for _ in range(4))

        answers = [client.get(f"/v1/items/{LIGHT}").status_code for _ in range(20)]
        still_running = not heavy.ended.acquire(blocking=False)
        for connection in connections:
            connection.close()

    assert answers == [200] * 20
    assert still_running


def test_a_read_ends_when_its_client_hangs_up(store: Store) -> None:
    heavy = HeavyStore(store)
    with serving(create_app(heavy, read_seconds=600.0)) as url:
        with closing(sent(url, f"/v1/items/{HEAVY}")):
            assert heavy.begun.acquire(timeout=PATIENCE_S)

        assert heavy.ended.acquire(timeout=PATIENCE_S)


def sent(url: str, address: str) -> socket.socket:
    """A connection on which a question was sent, whose answer is not read yet."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port))
    connection.sendall(f"GET {address} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    return connection


def test_a_recall_that_takes_too_long_names_the_items_that_it_left_out(store: Store) -> None:
    with asking(store, read_seconds=1e-9) as client:
        post(client, assembled("urn:x:whole", "urn:x:part", event_id="e1"))
        response = client.post("/v1/impact", content=b'{"items": ["urn:x:part"]}', headers=JSON)

    assert response.status_code == 200
    last = response.json()
    assert (last["complete"], last["totals"]["now"]) == (False, 0)
    assert last["cut"] == {"reason": "time_limit", "frontier": ["urn:x:part"], "left_out": None}


def test_time_in_which_the_client_reads_does_not_count() -> None:
    deadline = Deadline(0.0)
    deadline.pause()

    deadline.resume()

    assert deadline.passed()
    assert not deadline.over()


def test_many_reads_at_once_are_answered_by_the_threads_of_the_store(store: Store) -> None:
    with asking(store) as client, ThreadPoolExecutor(16) as clients:
        post(client, cell(1))
        answers = list(clients.map(lambda _: client.get(f"/v1/items/{LIGHT}").status_code, range(64)))

    assert answers == [200] * 64
