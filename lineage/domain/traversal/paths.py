"""Paths: the shortest chains that time allows, and why there is none (contract 4, Path)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from lineage.domain.graph import PART_OF, Edge
from lineage.domain.intervals import Interval, clip_at_consumption, normalized
from lineage.domain.traversal.neighbourhood import Neighbourhood
from lineage.domain.traversal.trace import Limits, proof_key, step

Reached = tuple[str, Interval]
Reason = Literal["ended_before", "starts_after", "consumed"]


class Path(NamedTuple):
    """A chain of edges and the windows with which its end is reached."""

    steps: tuple[Edge, ...]
    windows: tuple[Interval, ...]


class Blocked(NamedTuple):
    """The first step of a time-blind chain that time forbids, and the window that arrived there."""

    edge: Edge
    reason: Reason
    since: int
    until: int


def moves(neighbourhood: Neighbourhood, state: Reached) -> Iterator[tuple[Edge, Reached]]:
    """Yield every downstream step that time allows from an item with one interval."""
    item, interval = state
    for edge in neighbourhood.edges.get(item, ()):
        r = step(edge, interval, "downstream")
        if r is not None:
            for clipped in clip_at_consumption(r, neighbourhood.nodes[edge.target].consumed):
                yield edge, (edge.target, clipped)


class Layers:
    """States reached downstream, each at the fewest steps, until the destination is reached.

    A shortest chain passes through every state at its fewest steps, so its steps are all between consecutive layers.
    `cut` is set when a limit ended the search before the destination was reached.
    """

    def __init__(
        self, neighbourhood: Neighbourhood, source: str, window: Interval, destination: str, limits: Limits
    ) -> None:
        self.neighbourhood = neighbourhood
        self.destination = destination
        self.cut: Literal["max_items", "time_limit"] | None = None
        neighbourhood.cover([source])
        self.layers: list[list[Reached]] = [
            [(source, p) for p in clip_at_consumption(window, neighbourhood.nodes[source].consumed)]
        ]
        self.depth: dict[Reached, int] = dict.fromkeys(self.layers[0], 0)
        self._items = {source}
        while self.layers[-1] and not self.arrivals():
            if limits.deadline_passed():
                self.cut = "time_limit"
                return
            if len(self._items) > limits.max_items:
                self.cut = "max_items"
                return
            self._advance()

    def arrivals(self) -> list[Reached]:
        """Return the states of the last layer that are at the destination."""
        return [s for s in self.layers[-1] if s[0] == self.destination]

    def _advance(self) -> None:
        self.neighbourhood.cover(x for x, _ in self.layers[-1])
        following: dict[Reached, None] = {}
        n = len(self.layers)
        for state in self.layers[-1]:
            for _, reached in moves(self.neighbourhood, state):
                if reached not in self.depth:
                    self.depth[reached] = n
                    following[reached] = None
                    self._items.add(reached[0])
        self.layers.append(list(following))

    def leading_to(self, ends: list[Reached]) -> set[Reached]:
        """Return every state on a shortest chain to one of these ends."""
        on_shortest = set(ends)
        for layer in reversed(self.layers[:-1]):
            for state in layer:
                if any(
                    s in on_shortest and self.depth[s] == self.depth[state] + 1
                    for _, s in moves(self.neighbourhood, state)
                ):
                    on_shortest.add(state)
        return on_shortest

    def chains(self, ends: list[Reached]) -> Iterator[tuple[Edge, ...]]:
        """Yield the chains to these ends, in the order of their ids, then of their edges."""
        on_shortest = self.leading_to(ends)
        stack: list[tuple[tuple[Edge, ...], set[Reached]]] = [((), {s for s in self.layers[0] if s in on_shortest})]
        while stack:
            chain, states = stack.pop()
            if len(chain) == len(self.layers) - 1:
                yield chain
                continue
            branches: dict[Edge, set[Reached]] = defaultdict(set)
            for state in states:
                for edge, reached in moves(self.neighbourhood, state):
                    if reached in on_shortest and self.depth[reached] == len(chain) + 1:
                        branches[edge].add(reached)
            for edge in sorted(branches, key=lambda e: (e.target, proof_key(e)), reverse=True):
                stack.append(((*chain, edge), branches[edge]))  # noqa: PERF401 - one branch at a time reads better


def shortest(layers: Layers, start: list[Interval], max_paths: int) -> tuple[list[Path], bool]:
    """Return the chains with the fewest steps, and whether there are more.

    Earliest start of the final window first, then by ids.
    """
    paths: dict[tuple[Edge, ...], Path] = {}
    by_start: dict[int, list[Reached]] = defaultdict(list)
    for end in layers.arrivals():
        by_start[end[1][0]].append(end)
    for since in sorted(by_start):
        for chain in layers.chains(by_start[since]):
            if chain in paths:
                continue
            if len(paths) == max_paths:
                return list(paths.values()), True
            paths[chain] = Path(chain, tuple(along(layers.neighbourhood, chain, start)))
    return list(paths.values()), False


def along(neighbourhood: Neighbourhood, chain: tuple[Edge, ...], start: list[Interval]) -> list[Interval]:
    """Return the windows with which the end of a chain of edges is reached."""
    intervals = set(start)
    for edge in chain:
        arriving = [r for p in intervals if (r := step(edge, p, "downstream")) is not None]
        intervals = {
            clipped for r in arriving for clipped in clip_at_consumption(r, neighbourhood.nodes[edge.target].consumed)
        }
    return normalized(intervals)


def first_blocked(neighbourhood: Neighbourhood, chain: list[str], window: Interval) -> Blocked | None:
    """Return the first step of a time-blind chain that no window of its item can take (contract 4, why_not)."""
    arriving: set[Interval] = {window}
    for near, far in pairwise(chain):
        consumed, end = neighbourhood.nodes[near].consumed, neighbourhood.nodes[far].consumed
        intervals = sorted({clipped for r in arriving for clipped in clip_at_consumption(r, consumed)})
        edges = sorted((e for e in neighbourhood.edges.get(near, ()) if e.target == far), key=proof_key)
        onward = {r for e in edges for p in intervals if (r := step(e, p, "downstream")) is not None}
        if any(clip_at_consumption(r, end) for r in onward):
            arriving = {r for r in onward if clip_at_consumption(r, end)}
            continue
        return _why(edges, sorted(arriving), intervals, sorted(onward), consumed)
    return None


def _why(
    edges: list[Edge], arriving: list[Interval], intervals: list[Interval], onward: list[Interval], consumed: int | None
) -> Blocked:
    """Return the blocked step and the reason.

    `arriving` are the intervals that reach the item, `intervals` those that its consumption leaves, `onward` those that
    reach the next item.
    """
    if onward:
        # The step itself is possible, but the next item was consumed before it.
        edge = next(e for e in edges if any(step(e, p, "downstream") for p in intervals))
        return Blocked(edge, "consumed", *normalized(onward)[0])
    for edge in edges:
        if any(step(edge, r, "downstream") is not None for r in arriving):
            return Blocked(edge, "consumed", *normalized(arriving)[0])
    edge = edges[0]
    windows = normalized(intervals) or normalized(arriving)
    for since, until in windows:
        if edge.since >= until or (since == until and edge.since > since):
            return Blocked(edge, "starts_after", since, until)
    since, until = windows[0]
    if (edge.type == PART_OF and edge.until <= since) or (edge.type != PART_OF and edge.since <= since):
        return Blocked(edge, "ended_before", since, until)
    if consumed is not None and consumed < edge.since:
        return Blocked(edge, "consumed", since, until)
    return Blocked(edge, "ended_before", since, until)
