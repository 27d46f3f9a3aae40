"""Whatever is killed during a load: no acknowledged event is lost, none is stored in part, and the load can go on.

Two rounds each, twenty under `make soak`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from lineage.stores.interface import State, Store
from neo4j_server import Neo4jServer
from tests.conftest import FreshStore
from tests.end_to_end.operation.kill_workload import Sending, check_complete, check_stored, state_of
from tests.end_to_end.processes import Served, Waiting, emptied, served, waiting_load

ROUNDS = (2, pytest.param(20, marks=pytest.mark.soak))
BODIES = (1, 40, 40, 40, 1_300)
"""Events in one request: fewer and more than one commit takes."""


@pytest.fixture(scope="module")
def own_neo4j() -> Iterator[Neo4jServer]:
    """A server that may be killed."""
    with Neo4jServer() as server:
        yield server


def watch(store: Store, sending: Sending, goal: int) -> State:
    """The last state that was read, some part of a second after the goal was reached."""
    until = None
    while True:
        state = state_of(store)
        if until is None and state.position >= goal:
            until = time.monotonic() + sending.dice.uniform(0, 0.4)
        if until is not None and time.monotonic() >= until:
            return state
        time.sleep(0.005)


def load_and_kill(store: Store, sending: Sending, kill: Callable[[Waiting], object]) -> State:
    """Load until some commits were seen, then kill in the middle; gives the last state that was read before."""
    before = state_of(store).position
    again = sending.sent[max(0, before - 300) :]
    fresh = sending.more(max(0, 2_900 - len(again)))
    with waiting_load(store.url, [*again, *fresh]) as load:
        reported = watch(store, sending, before + sending.dice.choice((1, 701)))
        kill(load)
    return reported


def check_reported(store: Store, reported: State) -> None:
    """The journal still holds what was read of it."""
    (entry,) = store.read(lambda reader: reader.entries(reported.position - 1, 1))
    assert (entry.position, entry.digest) == (reported.position, reported.digest)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_load_that_is_killed(fresh_store: FreshStore, rounds: int, tmp_path: Path) -> None:
    store, sending, before = fresh_store(), Sending(seed=1), 0
    for _ in range(rounds):
        reported = load_and_kill(store, sending, Waiting.kill)
        before = check_stored(store, sending, reported.position, before)
        check_reported(store, reported)
    check_complete(store, sending, tmp_path)


def post_until_it_fails(server: Served, sending: Sending, acknowledged: list[int]) -> httpx.Response | None:
    """Send what is not acknowledged, then ever more, until something else than 200 comes; None: nothing at all."""
    piece = sending.sent[acknowledged[-1] :]
    while True:
        piece = piece or sending.more(sending.dice.choice(BODIES))
        try:
            response = server.post(piece)
        except httpx.TransportError:
            return None
        if response.status_code != 200:
            return response
        answer = response.json()
        assert answer["accepted"] + answer["duplicate"] == len(piece)
        acknowledged.append(len(sending.sent))
        piece = []


def post_and_kill(
    server: Served, sending: Sending, acknowledged: list[int], kill: Callable[[], object]
) -> httpx.Response | None:
    """Post without a pause, and kill while that goes on; gives what the last request was answered."""
    goal = len(acknowledged) + sending.dice.randint(2, 10)
    with ThreadPoolExecutor(1) as sender:
        posting = sender.submit(post_until_it_fails, server, sending, acknowledged)
        while len(acknowledged) < goal and not posting.done():
            time.sleep(0.002)
        time.sleep(sending.dice.uniform(0, 0.2))
        assert not posting.done(), posting.result()
        kill()
        return posting.result(120)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_service_that_is_killed(fresh_store: FreshStore, rounds: int, tmp_path: Path) -> None:
    store, sending, before, acknowledged = fresh_store(), Sending(seed=2), 0, [0]
    for _ in range(rounds):
        with served(store.url) as server:
            assert post_and_kill(server, sending, acknowledged, server.kill) is None
        before = check_stored(store, sending, acknowledged[-1], before)
    check_complete(store, sending, tmp_path)


@pytest.mark.neo4j
@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_neo4j_that_is_killed_under_a_service(own_neo4j: Neo4jServer, rounds: int, tmp_path: Path) -> None:
    with emptied(own_neo4j.url) as store, served(store.url) as server:
        sending, before, acknowledged = Sending(seed=3), 0, [0]
        for _ in range(rounds):
            response = post_and_kill(server, sending, acknowledged, own_neo4j.kill)
            assert response is not None
            assert (response.status_code, response.json()["code"]) == (503, "store_unavailable")
            own_neo4j.start()
            before = check_stored(store, sending, acknowledged[-1], before)
        assert server.post(sending.sent[acknowledged[-1] :]).status_code == 200
        check_complete(store, sending, tmp_path)


@pytest.mark.neo4j
def test_a_neo4j_that_is_killed_under_a_load(own_neo4j: Neo4jServer, tmp_path: Path) -> None:
    with emptied(own_neo4j.url) as store:
        sending = Sending(seed=4)
        ended: list[int] = []

        def kill(load: Waiting) -> None:
            own_neo4j.kill()
            ended.append(load.process.wait(120))

        reported = load_and_kill(store, sending, kill)
        own_neo4j.start()
        assert ended == [3]
        check_stored(store, sending, reported.position)
        check_reported(store, reported)
        check_complete(store, sending, tmp_path)
