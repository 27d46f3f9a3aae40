"""A history that is sent piece by piece while what takes it is killed, and what must be true of it afterwards."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random

from fleet import Fleet
from lineage.stores.interface import Entry, Reader, State, Store
from tests.answers import Answers, everything
from tests.builders import Json
from tests.end_to_end.running import document, lines

MOMENTS = ("2019-01-05", "2019-03-01")


class Sending:
    """`sent` is everything that anybody may have taken, in its order."""

    def __init__(self, seed: int) -> None:
        self._coming = Fleet(items=100_000, seed=seed).events()
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
    assert [row.id for row in rows_after(store, before)] == [event["id"] for event in sending.sent[before:position]]
    for event in sending.sent[before:position]:
        if event["type"] not in ("inspected", "corrected"):  # what is corrected says nothing any more
            assert named(event) <= store.read(lambda reader, event=event: said(reader, event)), event
    verified = document("verify", "--store", store.url)
    assert (verified["intact"], verified["checked"]) == (True, position)
    return position
