"""An answer during a load is of one state: its content and the position that it names agree.

Each commit is three events: CELLS cells are made, they are put into the rack, and CELLS others are made and stay
outside. So of each there are CELLS times n after 3 n events.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.builders import MAKER, Json, assembled, produced
from tests.conftest import FreshStore
from tests.end_to_end.processes import Served, served

CELLS = 6
RACK = "urn:x:rack"
STATES = 5
"""Each question is repeated until it has been answered from so many states."""
LATER = "at=2030-01-01"


def commit(number: int) -> list[Json]:
    day = f"2024-01-{1 + number // 86400:02}T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    inside = [f"urn:x:inside:{number}-{place}" for place in range(CELLS)]
    outside = [f"urn:x:outside:{number}-{place}" for place in range(CELLS)]
    return [
        produced(*inside, kind="cell", time=day),
        assembled(RACK, *inside, time=day),
        produced(*outside, kind="cell", time=day),
    ]


def listed(answer: Json) -> set[int]:
    """The number of items in a list that is not cut into pages."""
    return {len(answer["items"])} if answer["next"] is None else set()


QUESTIONS: dict[str, Callable[[Json], set[int]]] = {
    f"/v1/items/{RACK}/lineage?direction=upstream&max_items=100000": lambda a: {len(a["items"]) - 1, len(a["edges"])},
    f"/v1/items/{RACK}/composition?max_items=100000": lambda a: {len(a["tree"]["parts"])},
    f"/v1/items/{RACK}?{LATER}": lambda a: {CELLS * len(a["events"])},
    f"/v1/parties/{MAKER}/holdings?{LATER}&limit=1000": lambda a: {a["count"]} | listed(a),
    "/v1/events?type=assembled&limit=1000": lambda a: {CELLS * len(a["events"])},
}
"""Each with how many cells its answer speaks of, in every way in which it does."""


def ask_on(server: Served, question: str, is_over: threading.Event) -> set[int]:
    """Repeat until enough states were seen; gives their positions."""
    seen: set[int] = set()
    while len(seen) < STATES and not is_over.is_set():
        answer = server.ask(question)
        commits, rest = divmod(answer["position"], 3)
        assert rest == 0, f"{question}: part of a commit"
        assert QUESTIONS[question](answer) == {CELLS * commits}, f"{question} at {answer['position']}"
        assert answer["complete"] is True
        seen.add(answer["position"])
    return seen


def test_answers_during_a_load_are_of_one_state(fresh_store: FreshStore) -> None:
    url = fresh_store().url
    is_over = threading.Event()
    with served(url) as loading, served(url) as alongside, ThreadPoolExecutor(2 * len(QUESTIONS)) as asking:
        assert loading.post(commit(0)).json()["accepted"] == 3
        context = [asking.submit(ask_on, server, q, is_over) for q in QUESTIONS for server in (loading, alongside)]
        try:
            for number in itertools.count(1):
                answer = loading.post(commit(number))
                assert (answer.status_code, answer.json().get("accepted")) == (200, 3), answer.text
                assert answer.json()["position"] == 3 * (number + 1)
                if all(one.done() for one in context):
                    break
        finally:
            is_over.set()
        assert all(len(one.result()) == STATES for one in context)
