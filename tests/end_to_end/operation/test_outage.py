"""A store that goes away is reported soon, with an error of the service, and is used again once it is back."""

from __future__ import annotations

import fcntl
import itertools
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import orjson
import pytest

from neo4j_server import Neo4jServer
from tests.builders import Json, assembled, produced
from tests.end_to_end.processes import NDJSON, NO_NEO4J, Served, emptied, lines, run, served

SOON_S = 20
"""The longest wait of a caller in seconds, far below the minute that the driver would take by itself."""
IMPATIENT = (
    sys.executable,
    "-c",
    "from lineage.cli import main; from lineage.stores.sqlite import store; store.LONGEST_WAIT_S = 0.5; main()",
)
"""The command, with less patience for another writer."""
PACK = "urn:x:pack"
ADDRESSES = (
    f"/v1/items/{PACK}?at=2025-01-01",
    f"/v1/items/{PACK}/lineage?direction=upstream",
    "/v1/events?limit=1000",
    "/v1/search?q=urn",
)
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


Ask = Callable[[httpx.Client], httpx.Response]


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


def first_refusal(server: Served, ask: Ask) -> httpx.Response:
    """Repeat the request until something else than an answer comes."""
    with httpx.Client(base_url=server.client.base_url, timeout=SOON_S) as client:
        while (response := ask(client)).status_code == 200:
            pass
    return response


def get(address: str, client: httpx.Client) -> httpx.Response:
    return client.get(address)


def posting(numbers: Iterator[int]) -> Ask:
    def post(client: httpx.Client) -> httpx.Response:
        events = [produced(f"urn:x:more:{next(numbers)}", kind="cell") for _ in range(300)]
        return client.post("/v1/events", content=lines(events), headers=NDJSON)

    return post


@pytest.mark.neo4j
def test_a_neo4j_that_goes_away_in_the_middle_of_requests_and_comes_back(
    own_neo4j: Neo4jServer, neo4j_service: Served
) -> None:
    before = neo4j_service.ask(ADDRESSES[0])
    asks: list[Ask] = [posting(itertools.count()), *(partial(get, address) for address in ADDRESSES)]
    with ThreadPoolExecutor(len(asks)) as clients:
        refusals = [clients.submit(first_refusal, neo4j_service, ask) for ask in asks]
        time.sleep(1)
        own_neo4j.kill()
        for refusal in refusals:
            check_away(refusal.result(), "store_unavailable")

    for address in ("/ready", ADDRESSES[0]):
        check_away(neo4j_service.client.get(address, timeout=SOON_S), "store_unavailable")
    assert neo4j_service.client.get("/health").status_code == 200

    own_neo4j.start()
    assert neo4j_service.client.get("/ready").status_code == 200
    after = neo4j_service.ask(ADDRESSES[0])
    assert {**after, "known_at": None, "position": None} == {**before, "known_at": None, "position": None}
    assert neo4j_service.post(history()).json()["duplicate"] == len(history())
    assert neo4j_service.process.poll() is None


# ---- SQLite


@contextmanager
def another_writer(url: str) -> Iterator[None]:
    """Somebody else whose turn it is to write, and who does not come to an end."""
    with open(f"{url.removeprefix('sqlite:///')}.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_a_writer_that_never_ends_makes_others_busy_and_holds_up_no_reader(sqlite_file: str, tmp_path: Path) -> None:
    events = tmp_path / "events.ndjson"
    events.write_bytes(lines([produced("urn:x:another", kind="cell")]))
    with served(sqlite_file, command=IMPATIENT) as server:
        server.post(history())
        before = answers_of(server)
        with another_writer(sqlite_file):
            check_away(server.post(history()), "store_busy")
            assert answers_of(server) == before
            code, stated = run("load", str(events), "--store", sqlite_file, command=IMPATIENT)
            assert (code, "(store_busy)" in stated) == (3, True)
        assert server.post(history()).json()["duplicate"] == len(history())


def test_a_file_that_cannot_be_reached_any_more_and_then_again(tmp_path: Path) -> None:
    folder, away = tmp_path / "folder", tmp_path / "away"
    with served(f"sqlite:///{folder / 'lineage.db'}") as server:
        server.post(history())
        before = answers_of(server)
        folder.rename(away)
        check_away(server.post(history()), "store_unavailable")
        away.rename(folder)
        assert server.post(history()).json()["duplicate"] == len(history())
        assert answers_of(server) == before


# ---- The command


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_command_whose_store_is_a_folder_ends_with_3(words: tuple[str, ...], tmp_path: Path) -> None:
    code, stated = run(*words, "--store", f"sqlite:///{tmp_path}")
    assert (code, stated.count("\n"), "(store_unavailable)" in stated) == (3, 1, True), stated


@pytest.mark.parametrize("words", COMMANDS[1:3], ids=lambda words: words[0])
def test_a_command_that_reaches_no_neo4j_ends_with_3(words: tuple[str, ...]) -> None:
    code, stated = run(*words, "--store", NO_NEO4J)
    assert (code, "(store_unavailable)" in stated) == (3, True), stated


def test_a_command_gives_a_program_the_reason(tmp_path: Path) -> None:
    code, stated = run("events", "--json", "--store", f"sqlite:///{tmp_path}")
    problem, _ = stated.splitlines()
    assert (code, orjson.loads(problem)["code"]) == (3, "store_unavailable")


def test_a_file_that_is_no_store_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "lineage.db").write_bytes(b"nothing of ours " * 500)
    code, stated = run("events", "--store", f"sqlite:///{tmp_path / 'lineage.db'}")
    assert (code, "(store_damaged)" in stated) == (3, True), stated
    assert (tmp_path / "lineage.db").read_bytes() == b"nothing of ours " * 500
