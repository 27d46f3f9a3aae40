"""The containment of one item over time: what it is inside, when, whether it has ended (contract 2, contract 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Final

from lineage.domain.graph import (
    ENDED,
    INPUT,
    MADE,
    MAKERS,
    MOVED,
    OUTPUT,
    OWNED,
    PART_OF,
    PUT_IN,
    SEEN,
    TAKEN_OUT,
    WHOLE,
    Edge,
    Mention,
)
from lineage.domain.instants import OPEN

_RANK: Final = {MADE: 0, OUTPUT: 1, TAKEN_OUT: 2, MOVED: 3, PUT_IN: 4, INPUT: 5, ENDED: 7}
"""The order at one instant: making first; then disassembled < transferred < assembled < transformed < ended."""

INERT: Final = frozenset({SEEN, OWNED, WHOLE})
"""Roles that change neither what an item is inside nor who holds it."""


def by_instant(mentions: Iterable[Mention]) -> Iterator[tuple[int, list[Mention]]]:
    """Yield the mentions that change an item, instant by instant, in the order of `time`."""
    changing = sorted((m for m in mentions if m.role not in INERT), key=attrgetter("time"))
    for time, group in groupby(changing, key=attrgetter("time")):
        yield time, list(group)


def happens_first(m: Mention) -> tuple[int, str]:
    """Return a sort key: making first, then by event type, then by event id."""
    return _RANK[m.role], m.event


class ItemState:
    """The state of one item while its mentions are applied in their order.

    `inside` maps each whole that it is in to (since, ids of the events that put it there). `closed` gathers the
    `PART_OF` edges that ended since this object was made.
    """

    __slots__ = ("alive", "closed", "inside", "item", "lot")

    def __init__(self, item: str, *, lot: bool) -> None:
        self.item = item
        self.lot = lot
        self.alive = True
        self.inside: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.closed: list[Edge] = []

    def hand_over_possible(self, giver: str | None) -> bool:  # noqa: ARG002 - custody needs it
        """Return whether the giver is one of its custodians; without custody this is unknown and changes no edge."""
        return True

    def _possible(self, m: Mention) -> bool:
        if m.role == TAKEN_OUT:
            return m.other in self.inside
        if m.role == PUT_IN:
            return self.alive and (self.lot or not self.inside)
        if m.role == MOVED:
            return self.alive and self.hand_over_possible(m.other)
        return self.alive

    def apply_instant(self, time: int, mentions: list[Mention]) -> None:
        """Apply all mentions of one instant, each time the first that is possible (contract 2, no backtracking)."""
        if len(mentions) == 1:
            self.apply(time, mentions[0])
            return
        todo = sorted(mentions, key=happens_first)
        while todo:
            index = 0
            if todo[0].role not in MAKERS:
                index = next((n for n, m in enumerate(todo) if self._possible(m)), 0)
            self.apply(time, todo.pop(index))

    def apply(self, time: int, m: Mention) -> None:
        """Apply one mention."""
        if m.role == PUT_IN:
            assert m.other is not None
            since, ids = self.inside.get(m.other, (time, ()))
            self.inside[m.other] = (since, (*ids, m.event))
        elif m.role == TAKEN_OUT:
            if m.other in self.inside:
                self._leave(m.other, time, m.event)
        elif m.role == ENDED or (m.role == INPUT and not self.lot):
            self.alive = False
            for whole in list(self.inside):
                self._leave(whole, time, m.event)

    def _leave(self, whole: str, time: int, event: str) -> None:
        since, ids = self.inside.pop(whole)
        self.closed.append(Edge(PART_OF, self.item, whole, since, time, (*ids, event)))

    def edges(self) -> list[Edge]:
        """Return the `PART_OF` edges so far, closed and open; equal ones are one."""
        open_edges = [Edge(PART_OF, self.item, w, since, OPEN, ids) for w, (since, ids) in self.inside.items()]
        return merged([*self.closed, *open_edges])


def merged(edges: Iterable[Edge]) -> list[Edge]:
    """Return one edge for each (type, source, target, since, until), with the proofs of all.

    An item that is installed and removed twice at one instant has the same edge twice.
    """
    by_key: dict[tuple[str, str, str, int, int], Edge] = {}
    for edge in edges:
        key = edge[:5]
        other = by_key.get(key)
        if other is None:
            by_key[key] = edge
        else:
            by_key[key] = edge._replace(events=tuple(dict.fromkeys((*other.events, *edge.events))))
    return list(by_key.values())


def pair_edges(item: str, of_pair: Iterable[Mention], ends: Iterable[Mention]) -> list[Edge]:
    """Return the edges between a lot and one whole, from its mentions with that whole and its ends."""
    state = ItemState(item, lot=True)
    for time, mentions in by_instant([*of_pair, *ends]):
        state.apply_instant(time, mentions)
    return merged(state.edges())
