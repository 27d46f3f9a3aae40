"""What was around an item, through windows of time: was it ever in this whole, ever in itself (contract 3, 4)."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.intervals import Interval, IntervalSet, intersect
from lineage.domain.projection.effective_custody import CustodyContext


class ContainmentCycle(NamedTuple):
    """Items that are inside one another in a circle over a stretch of time, and the events that put them there."""

    items: tuple[str, ...]
    since: int
    until: int
    events: tuple[str, ...]


def was_inside(around: CustodyContext, item: str, whole: str, window: Interval) -> bool:
    """Whether the item was in the whole, directly or not, at some moment of the window."""
    met: dict[str, IntervalSet] = defaultdict(IntervalSet)
    todo = [(item, window)]
    while todo:
        at, piece = todo.pop()
        for edge in around.edges_from(at):
            shared = intersect(piece, (edge.since, edge.until))
            if shared is None:
                continue
            if edge.target == whole:
                return True
            if met[edge.target].add(shared):
                todo.append((edge.target, shared))
    return False


def cycle_of(around: CustodyContext, item: str) -> ContainmentCycle | None:
    """The first circle found by which the item is inside itself, with the time that all its steps share."""
    if not any(e.target == item for x in around.reach(item) for e in around.edges_from(x)):
        return None
    met: dict[str, IntervalSet] = defaultdict(IntervalSet)
    todo: list[tuple[str, Interval, tuple[str, ...], tuple[str, ...]]] = [(item, (BEGIN, OPEN), (item,), ())]
    for at, piece, way, events in todo:
        for edge in around.edges_from(at):
            shared = intersect(piece, (edge.since, edge.until))
            if shared is None:
                continue
            proof = (*events, edge.events[0])
            if edge.target == item:
                return ContainmentCycle(way, *shared, proof)
            if met[edge.target].add(shared):
                todo.append((edge.target, shared, (*way, edge.target), proof))
    return None
