"""Whatever is killed in the middle of a load: no acknowledged event is lost, none is kept by half, and the load goes on.

Two rounds each, twenty under `make soak`.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import httpx
import pytest

from fleet import Fleet
from lineage.domain.errors import StoreError
from lineage.stores.interface import State, Store
from neo4j_server import Neo4jServer
from tests.answers import Answers, everything
from tests.builders import Json
from tests.conftest import FreshStore, wiped
from tests.end_to_end.running import Served, document, lines, opened, run, served, start

ROUNDS = (2, pytest.param(20, marks=pytest.mark.soak))
BODIES = (1, 40, 40, 40, 1_300)
"""Events in one request: fewer and more than one commit takes."""
MOMENTS = ("2019-03-01", "2019-06-01")


class Sending:
    """A history that is sent piece by piece; `sent` is all of it that anybody has seen."""

    def __init__(self, seed: int) -> None:
        self._coming = Fleet(items=20_000, seed=seed).events()
        self.sent: list[Json] = []
        self.dice = Random(seed)

    def more(self, count: int) -> list[Json]:
        """The next events."""
        some = list(islice(self._coming, count))
        assert len(some) == count, "the history is too short for so many rounds"
        self.sent += some
        return some


def state_of(store: Store) -> State:
    return store.read(lambda reader: reader.state())


def check_kept(store: Store, sending: Sending, acknowledged: int, before: int = 0) -> int:
    """The journal is a beginning of what was sent, all that was acknowledged is in it, and all of it is projected.

    Looks at what came after position `before`; gives the position.
    """
    position = state_of(store).position
    assert acknowledged <= position <= len(sending.sent)
    rows = []
    while before + len(rows) < position:
        rows += store.read(lambda reader: reader.entries(before + len(rows), 1_000))
    assert [row.id for row in rows] == [event["id"] for event in sending.sent[before:position]]
    for event in sending.sent[max(before, position - 30) : position]:
        for item in items_of(event):
            assert event["id"] in {e.event for e in store.read(lambda r, item=item: r.mentions([item]))}, event  # type: ignore[misc]
    verified = document("verify", "--store", store.url)
    assert (verified["intact"], verified["checked"]) == (True, position)
    return position


def items_of(event: Json) -> set[str]:
    """The items that an event of the fleet names; a correction is about another event."""
    named = [*event.get("items", ()), *event.get("parts", ()), *event.get("inputs", ()), *event.get("outputs", ())]
    return {one["id"] if isinstance(one, dict) else one for one in named} | ({event["whole"]} if "whole" in event else set())


def check_complete(store: Store, sending: Sending, tmp_path: Path) -> None:
    """All of it sent once more is all there, and a rebuild changes no answer."""
    file = tmp_path / "again.jsonl"
    file.write_bytes(lines(sending.sent))
    missing = len(sending.sent) - state_of(store).position
    again = document("load", str(file), "--store", store.url)
    assert (again["accepted"], again["duplicate"], again["rejected"]) == (missing, len(sending.sent) - missing, 0)
    assert document("verify", "--store", store.url)["intact"] is True
    some = sending.dice.sample(sorted({i for event in sending.sent for i in items_of(event)}), 40)
    before = everything(Answers(store), some, MOMENTS)
    document("rebuild", "--store", store.url)
    assert everything(Answers(store), some, MOMENTS) == before
