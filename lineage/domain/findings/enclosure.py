"""Containment through windows of time: was an item ever in a whole, ever in itself (contract 3, 4)."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from lineage.domain.graph import Edge
from lineage.domain.instants import BEGIN, OPEN, Instant
from lineage.domain.intervals import Interval, IntervalSet, intersect
from lineage.domain.projection.effective_custody import CustodyContext


class ContainmentCycle(NamedTuple):
    """Items that are inside one another in a cycle over `[since, until)`, and the events that put them there."""

    items: tuple[str, ...]
    since: Instant
    until: Instant
    events: tuple[str, ...]


_Reached = tuple[str, Interval]
"""An item, and the interval that all steps to it share."""
_Chain = tuple[tuple[str, ...], tuple[Edge, ...]]
"""The ids of the items after the first one, and the steps to them."""


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
    """Return a cycle by which the item is inside itself and on which it has the smallest id.

    Of several the one with the fewest steps, then the earliest moment that all steps share, then by ids.
    """
    if not any(e.target == item for x in context.reach(item) for e in context.edges_from(x)):
        return None
    level: dict[_Reached, _Chain] = {(item, (BEGIN, OPEN)): ((), ())}
    met = set(level)
    while level:
        longer: dict[_Reached, _Chain] = {}
        closed: list[tuple[Instant, tuple[str, ...], Interval, tuple[Edge, ...]]] = []
        for (part, interval), (ids, edges) in level.items():
            for edge in context.edges_from(part):
                shared = intersect(interval, (edge.since, edge.until))
                if shared is None or edge.target < item:
                    continue
                if edge.target == item:
                    closed.append((shared[0], ids, shared, (*edges, edge)))
                elif (state := (edge.target, shared)) not in met:
                    chain = (*ids, edge.target), (*edges, edge)
                    longer[state] = min(chain, longer.get(state, chain))
        if closed:
            _, ids, shared, edges = min(closed)
            return ContainmentCycle((item, *ids), *shared, tuple(e.events[0] for e in edges))
        met.update(longer)
        level = longer
    return None
