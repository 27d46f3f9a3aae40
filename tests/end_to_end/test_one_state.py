"""An answer that is asked during a load is of one state: what it tells and the position that it names agree.

Each commit puts CELLS new cells into the rack, by two events: so after 2 n events there are CELLS times n of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from tests.builders import MAKER, Json, assembled, produced
from tests.conftest import FreshStore
from tests.end_to_end.running import Served, served

CELLS = 20
RACK = "urn:x:rack"
SEEN = 8
"""Each question is asked until it has been answered from so many states."""
MOST_COMMITS = 600


def commit(number: int) -> list[Json]:
    cells = [f"urn:x:cell:{number}-{place}" for place in range(CELLS)]
    day = f"2024-01-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    return [produced(*cells, kind="cell", time=day), assembled(RACK, *cells, time=day)]


def cells_of_trace(answer: Json) -> tuple[int, ...]:
    return len(answer["items"]) - 1, len(answer["edges"])


def cells_of_tree(answer: Json) -> tuple[int, ...]:
    return (len(answer["tree"]["parts"]),)


def cells_of_card(answer: Json) -> tuple[int, ...]:
    return (CELLS * len(answer["events"]),)


def cells_of_holdings(answer: Json) -> tuple[int, ...]:
    """All of them are in the rack, of which nobody said who has it: the maker holds what is inside no more."""
    return (len({item["id"] for item in answer["items"]}), answer["count"])


def cells_of_journal(answer: Json) -> tuple[int, ...]:
    return (CELLS // 2 * len(answer["events"]),)


QUESTIONS: dict[str, Callable[[Json], tuple[int, ...]]] = {
    f"/v1/items/{RACK}/lineage?direction=upstream&max_items=100000": cells_of_trace,
    f"/v1/items/{RACK}/composition?max_items=100000": cells_of_tree,
    f"/v1/items/{RACK}?at=2030-01-01": cells_of_card,
    f"/v1/parties/{MAKER}/holdings?at=2030-01-01&limit=1000": cells_of_holdings,
    "/v1/events?limit=1000": cells_of_journal,
}
