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


def moves(around: Neighbourhood, state: Reached) -> Iterator[tuple[Edge, Reached]]:
    """Every downstream step that time allows from an item with one piece of a window."""
    item, piece = state
    for edge in around.edges.get(item, ()):
        raw = step(edge, piece, "downstream")
        if raw is not None:
            for kept in clip_at_consumption(raw, around.nodes[edge.target].consumed):
                yield edge, (edge.target, kept)


class Layers:
    """States reached downstream, each at the fewest steps, until the destination is met.

    A shortest chain passes through every state at its fewest steps, so the steps between consecutive layers are all of
    them. `cut` is set when a limit ended the search before the destination was met.
    """

    def __init__(self, around: Neighbourhood, source: str, window: Interval, destination: str, limits: Limits) -> None:
        self.around = around
        self.destination = destination
        self.cut: Literal["max_items", "time_limit"] | None = None
        around.cover([source])
        self.layers: list[list[Reached]] = [
            [(source, p) for p in clip_at_consumption(window, around.nodes[source].consumed)]
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
        """The states of the last layer that are at the destination."""
        return [s for s in self.layers[-1] if s[0] == self.destination]

    def _advance(self) -> None:
        self.around.cover(x for x, _ in self.layers[-1])
        following: dict[Reached, None] = {}
        n = len(self.layers)
        for state in self.layers[-1]:
            for _, reached in moves(self.around, state):
                if reached not in self.depth:
                    self.depth[reached] = n
                    following[reached] = None
                    self._items.add(reached[0])
        self.layers.append(list(following))

    def leading_to(self, ends: list[Reached]) -> set[Reached]:
        """Every state on a shortest way to one of these ends."""
        good = set(ends)
        for layer in reversed(self.layers[:-1]):
            for state in layer:
                if any(s in good and self.depth[s] == self.depth[state] + 1 for _, s in moves(self.around, state)):
                    good.add(state)
        return good

    def chains(self, ends: list[Reached]) -> Iterator[tuple[Edge, ...]]:
        """Chains to these ends, one by one, in the order of their ids, then of their edges."""
        good = self.leading_to(ends)
        stack: list[tuple[tuple[Edge, ...], set[Reached]]] = [((), {s for s in self.layers[0] if s in good})]
        while stack:
            chain, states = stack.pop()
            if len(chain) == len(self.layers) - 1:
                yield chain
                continue
            branches: dict[Edge, set[Reached]] = defaultdict(set)
            for state in states:
                for edge, reached in moves(self.around, state):
                    if reached in good and self.depth[reached] == len(chain) + 1:
                        branches[edge].add(reached)
            for edge in sorted(branches, key=lambda e: (e.target, proof_key(e)), reverse=True):
                stack.append(((*chain, edge), branches[edge]))  # noqa: PERF401 - one branch at a time reads better


def shortest(layers: Layers, start: list[Interval], max_paths: int) -> tuple[list[Path], bool]:
    """The chains with the fewest steps, and whether there are more.

    Earliest start of the final window first, then by ids.
    """
    found: dict[tuple[Edge, ...], Path] = {}
    by_start: dict[int, list[Reached]] = defaultdict(list)
    for end in layers.arrivals():
        by_start[end[1][0]].append(end)
    for since in sorted(by_start):
        for chain in layers.chains(by_start[since]):
            if chain in found:
                continue
            if len(found) == max_paths:
                return list(found.values()), True
            found[chain] = Path(chain, tuple(along(layers.around, chain, start)))
    return list(found.values()), False


def along(around: Neighbourhood, chain: tuple[Edge, ...], start: list[Interval]) -> list[Interval]:
    """The windows with which the end of a chain of edges is reached."""
    pieces = set(start)
    for edge in chain:
        raws = [raw for p in pieces if (raw := step(edge, p, "downstream")) is not None]
        pieces = {kept for raw in raws for kept in clip_at_consumption(raw, around.nodes[edge.target].consumed)}
    return normalized(pieces)


def first_blocked(around: Neighbourhood, chain: list[str], window: Interval) -> Blocked | None:
    """Where a time-blind chain stops: the first step that no window of its thing can take (contract 4, why_not)."""
    raws: set[Interval] = {window}
    for near, far in pairwise(chain):
        consumed, end = around.nodes[near].consumed, around.nodes[far].consumed
        pieces = sorted({kept for raw in raws for kept in clip_at_consumption(raw, consumed)})
        edges = sorted((e for e in around.edges.get(near, ()) if e.target == far), key=proof_key)
        onward = {raw for e in edges for p in pieces if (raw := step(e, p, "downstream")) is not None}
        if any(clip_at_consumption(raw, end) for raw in onward):
            raws = {raw for raw in onward if clip_at_consumption(raw, end)}
            continue
        return _why(edges, sorted(raws), pieces, sorted(onward), consumed)
    return None


def _why(
    edges: list[Edge], raws: list[Interval], pieces: list[Interval], onward: list[Interval], consumed: int | None
) -> Blocked:
    """Name the step and the reason.

    `raws` arrived, `pieces` is what consumption left of them, `onward` came through.
    """
    if onward:
        # The step itself is possible, but the next thing was consumed before it.
        edge = next(e for e in edges if any(step(e, p, "downstream") for p in pieces))
        return Blocked(edge, "consumed", *normalized(onward)[0])
    for edge in edges:
        if any(step(edge, raw, "downstream") is not None for raw in raws):
            return Blocked(edge, "consumed", *normalized(raws)[0])
    edge = edges[0]
    windows = normalized(pieces) or normalized(raws)
    for since, until in windows:
        if edge.since >= until or (since == until and edge.since > since):
            return Blocked(edge, "starts_after", since, until)
    since, until = windows[0]
    if (edge.type == PART_OF and edge.until <= since) or (edge.type != PART_OF and edge.since <= since):
        return Blocked(edge, "ended_before", since, until)
    if consumed is not None and consumed < edge.since:
        return Blocked(edge, "consumed", since, until)
    return Blocked(edge, "ended_before", since, until)
