"""Containment through windows of time: was an item ever in a whole, ever in itself (contract 3, 4)."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from lineage.domain.instants import BEGIN, OPEN, Instant
from lineage.domain.intervals import Interval, IntervalSet, intersect
from lineage.domain.projection.effective_custody import CustodyContext


class ContainmentCycle(NamedTuple):
    """Items that are inside one another in a cycle over `[since, until)`, and the events that put them there."""

    items: tuple[str, ...]
    since: Instant
    until: Instant
    events: tuple[str, ...]


def was_inside(context: CustodyContext, item: str, whole: str, window: Interval) -> bool:
    """Return whether the item was in the whole, directly or not, at some time of the window."""
    reached: dict[str, IntervalSet] = defaultdict(IntervalSet)
    todo = [(item, window)]
    while todo:
        part, interval = todo.pop()
        for edge in context.edges_from(part):
            shared = intersect(interval, (edge.since, edge.until))
            if shared is None:
                continue
            if edge.target == whole:
                return True
            if reached[edge.target].add(shared):
                todo.append((edge.target, shared))
    return False


def cycle_of(context: CustodyContext, item: str) -> ContainmentCycle | None:
    """Return the first cycle by which the item is inside itself, with the interval that all its steps share."""
    if not any(e.target == item for x in context.reach(item) for e in context.edges_from(x)):
        return None
    reached: dict[str, IntervalSet] = defaultdict(IntervalSet)
    todo: list[tuple[str, Interval, tuple[str, ...], tuple[str, ...]]] = [(item, (BEGIN, OPEN), (item,), ())]
    for part, interval, path, events in todo:
        for edge in context.edges_from(part):
            shared = intersect(interval, (edge.since, edge.until))
            if shared is None:
                continue
            proof = (*events, edge.events[0])
            if edge.target == item:
                return ContainmentCycle(path, *shared, proof)
            if reached[edge.target].add(shared):
                todo.append((edge.target, shared, (*path, edge.target), proof))
    return None
