"""A store that goes away is said to be away, soon and in our own words, and is used again once it is back."""

from __future__ import annotations

import fcntl
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from neo4j_server import Neo4jServer
from tests.builders import Json, assembled, produced
from tests.end_to_end.running import COMMAND, NDJSON, NO_NEO4J, Served, done, emptied, lines, run, served

SOON_S = 20
"""What a caller waits at most: seconds, and never the minute that the driver would take by itself."""
IMPATIENT = (
    sys.executable,
    "-c",
    "from lineage.cli import main; from lineage.stores import sqlite_store; sqlite_store.LONGEST_WAIT_S = 0.5; main()",
)
"""The command, with less patience for another writer."""
PACK = "urn:x:pack"
ADDRESSES = (f"/v1/items/{PACK}", f"/v1/items/{PACK}/lineage?direction=upstream", "/v1/events?limit=1000", "/v1/search?q=urn")
COMMANDS = (
    ("load", "-"),
    ("events",),
    ("trace", PACK),
    ("verify",),
    ("export", "-"),
    ("rebuild",),
    ("serve", "--port", "0"),
    ("demo", "--no-serve"),
)


def history(cells: int = 12) -> list[Json]:
    inside = [f"urn:x:cell:{number}" for number in range(cells)]
    made = [produced(cell, kind="cell", event_id=f"made {cell}") for cell in inside]
    return [*made, assembled(PACK, *inside, time="2024-01-02", event_id="assembled")]


def check_away(response: httpx.Response, code: str) -> None:
    assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json"), response.text
    problem = response.json()
    assert (problem["status"], problem["code"]) == (503, code)
    assert problem["type"].endswith(code)
    assert int(response.headers["retry-after"]) > 0


def answers_of(server: Served) -> list[Json]:
    return [server.ask(address) for address in ADDRESSES]


# ---- Neo4j


@pytest.fixture(scope="module")
def own_neo4j() -> Iterator[Neo4jServer]:
    """A server that may go away."""
    with Neo4jServer() as server:
        yield server


@pytest.fixture
def neo4j_service(own_neo4j: Neo4jServer) -> Iterator[Served]:
    with emptied(own_neo4j.url) as store, served(store.url) as server:
        assert server.post(history()).status_code == 200
        yield server


def first_refusal(server: Served, ask: Callable[[httpx.Client], httpx.Response]) -> httpx.Response:
    """Ask again and again, until something else than an answer comes."""
    with httpx.Client(base_url=server.client.base_url, timeout=SOON_S) as client:
        while (response := ask(client)).status_code == 200:
            pass
    return response


def posting(numbers: Iterator[int]) -> Callable[[httpx.Client], httpx.Response]:
    def post(client: httpx.Client) -> httpx.Response:
        events = [produced(f"urn:x:more:{next(numbers)}", kind="cell") for _ in range(300)]
        return client.post("/v1/events", content=lines(events), headers=NDJSON)

    return post


@contextmanager
def killed(server: Neo4jServer) -> Iterator[None]:
    server.kill()
    try:
        yield
    finally:
        server.start()


@contextmanager
def stopped(server: Neo4jServer) -> Iterator[None]:
    """A server that says nothing any more, and whose sockets stay open."""
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)
