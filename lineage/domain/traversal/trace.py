"""The walk: what an item became and went into, and what it is made of, through windows of time (contract 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import groupby
from typing import Literal, NamedTuple

from lineage.domain.graph import PART_OF, Edge
from lineage.domain.instants import OPEN
from lineage.domain.intervals import Interval, IntervalSet, clip_at_consumption, contains, intersect
from lineage.domain.traversal.neighbourhood import Direction, Neighbourhood

Cut = Literal["max_items", "max_hops", "time_limit"]


class Limits(NamedTuple):
    """Bounds of a walk. `deadline_passed` returns whether its time is over (contract 8: 10 s by default)."""

    max_items: int
    max_hops: int
    deadline_passed: Callable[[], bool]


@dataclass(slots=True)
class Trace:
    """The result of a walk: intervals by item, fewest steps by item, edges stepped over, and the limit that cut it.

    `first` is the interval with which an item was reached first; `pieces` holds all intervals of items that were
    reached with several.
    """

    first: dict[str, Interval] = field(default_factory=dict)
    pieces: dict[str, IntervalSet] = field(default_factory=dict)
    distance: dict[str, int] = field(default_factory=dict)
    stepped: dict[int, Edge] = field(default_factory=dict)
    cut: Cut | None = None
    frontier: list[str] = field(default_factory=list)
    left_out: int | None = None

    def order(self) -> Iterator[str]:
        """Yield the items nearest first, then by id (contract 8); a walk reaches the nearest first."""
        for _, level in groupby(self.distance, key=self.distance.__getitem__):
            yield from sorted(level)

    def windows(self, item: str) -> list[Interval]:
        """Return the windows of an item, as an answer shows them."""
        pieces = self.pieces.get(item)
        return [self.first[item]] if pieces is None else pieces.normalized()

    def reach(self, item: str, interval: Interval, hops: int) -> bool:
        """Reach an item with an interval; return False if it was reached with all of that already."""
        first = self.first.get(item)
        if first is None:
            self.first[item] = interval
            self.distance[item] = hops
            return True
        if first == interval:
            return False
        pieces = self.pieces.get(item)
        if pieces is None:
            pieces = self.pieces[item] = IntervalSet(first)
        return pieces.add(interval)

    def contains_all(self, item: str, interval: Interval) -> bool:
        """Return whether the item was reached with all of this interval."""
        first = self.first.get(item)
        if first is None or first == interval:
            return first is not None
        pieces = self.pieces.get(item)
        return (IntervalSet(first) if pieces is None else pieces).contains_all(interval)

    @property
    def edges(self) -> Iterable[Edge]:
        """Every edge stepped over, once."""
        return self.stepped.values()


def step(edge: Edge, interval: Interval, direction: Direction, *, exposure: bool = False) -> Interval | None:
    """Return the interval that reaches the far end of an edge, not yet clipped by consumption; None if none does."""
    if edge.type == PART_OF:
        shared = intersect(interval, (edge.since, edge.until))
        if shared is None:
            return None
        return (shared[0], OPEN) if exposure else shared
    if direction == "downstream":
        return (edge.since, OPEN) if contains(interval, edge.since) else None
    return (edge.since, edge.since) if edge.since <= interval[0] or edge.since < interval[1] else None


Step = tuple[str, Interval, Edge, str]
"""Far end, the interval with which it is reached, the edge, near end."""
Level = dict[str, list[Interval]]
"""The intervals that are new in each item of a level."""


class Walk:
    """A breadth-first walk that carries windows. One object answers one question."""

    def __init__(self, neighbourhood: Neighbourhood, limits: Limits, *, exposure: bool = False) -> None:
        self.neighbourhood = neighbourhood
        self.limits = limits
        self.exposure = exposure
        self.result = Trace()
        self._latest: dict[str, int] = {}

    def run(self, start: str, window: Interval) -> Trace:
        """Walk from the item with a window; the start has distance 0 and counts as an item."""
        neighbourhood, result = self.neighbourhood, self.result
        neighbourhood.cover([start])
        pieces = [
            p for p in clip_at_consumption(window, neighbourhood.nodes[start].consumed) if result.reach(start, p, 0)
        ]
        level: Level = {start: pieces} if pieces else {}
        hops = 0
        while level:
            if self.limits.deadline_passed():
                self._stop("time_limit", sorted(level))
                break
            neighbourhood.cover(level)
            steps: Iterable[Step] = self._steps(level)
            if hops >= self.limits.max_hops:
                if beyond := sorted(
                    {near for far, interval, _, near in steps if not result.contains_all(far, interval)}
                ):
                    self._stop("max_hops", beyond)
                break
            hops += 1
            # Reached items are among the fetched nodes: while those are within the limit, nothing has to be counted.
            if len(neighbourhood.nodes) > self.limits.max_items:
                steps = self._within(list(steps))
            level = self._accept(steps, hops)
        return result

    def _stop(self, reason: Cut, frontier: list[str], left_out: int | None = None) -> None:
        self.result.cut = reason
        self.result.frontier = frontier[:100]
        self.result.left_out = left_out

    def _steps(self, level: Level) -> Iterator[Step]:
        """Yield every step that the new intervals of a level allow."""
        downstream, exposure = self.neighbourhood.direction == "downstream", self.exposure
        nodes, edges = self.neighbourhood.nodes, self.neighbourhood.edges
        for near, pieces in level.items():
            if near not in edges:
                continue
            earlier, latest = (None, OPEN) if downstream else self._reach_back(near, pieces)
            lo, hi = pieces[0]
            plain = len(pieces) == 1 and lo < hi and not exposure
            for edge in edges[near]:
                type_, source, target, since, until, _ = edge
                far = target if downstream else source
                reached: Sequence[Interval]
                if plain and type_ == PART_OF and since < until:
                    if since >= hi or until <= lo:
                        continue
                    # `intersect`, written out: most steps are of this kind.
                    reached = ((since if since > lo else lo, until if until < hi else hi),)  # noqa: FURB136
                elif downstream or type_ == PART_OF:
                    reached = [r for p in pieces if (r := self._through(edge, p)) is not None]
                elif since <= latest and (earlier is None or since > earlier):
                    reached = ((since, since),)
                else:
                    continue
                consumed = nodes[far].consumed
                for raw in reached:
                    for clipped in (raw,) if consumed is None else clip_at_consumption(raw, consumed):
                        yield far, clipped, edge, near

    def _through(self, edge: Edge, interval: Interval) -> Interval | None:
        return step(edge, interval, self.neighbourhood.direction, exposure=self.exposure)

    def _reach_back(self, near: str, pieces: list[Interval]) -> tuple[int | None, int]:
        """Return the last instants up to which the inputs of an item were stepped to, before and now.

        Upstream, inputs up to the last instant count, so each is stepped to once however often the item is reached.
        """
        earlier = self._latest.get(near)
        latest = max(since if since == until else until - 1 for since, until in pieces)
        self._latest[near] = latest if earlier is None else max(latest, earlier)
        return earlier, latest

    def _within(self, steps: list[Step]) -> list[Step]:
        """Return the steps within the limit of items: nearest first, then the smallest ids (contract 8)."""
        result = self.result
        fresh = {s[0] for s in steps} - result.distance.keys()
        left = self.limits.max_items - len(result.distance)
        if len(fresh) <= left:
            return steps
        dropped = fresh.difference(nsmallest(left, fresh))
        self._stop("max_items", result.frontier + sorted({s[3] for s in steps if s[0] in dropped}))
        return [s for s in steps if s[0] not in dropped]

    def _accept(self, steps: Iterable[Step], hops: int) -> Level:
        """Take the steps; return the next level: the items that they reach with new intervals."""
        result = self.result
        first, distance, stepped = result.first, result.distance, result.stepped
        level: Level = {}
        for far, interval, edge, _ in steps:
            stepped[id(edge)] = edge
            if far not in first:
                first[far] = interval
                distance[far] = hops
                level[far] = [interval]
            elif result.reach(far, interval, hops):
                level.setdefault(far, []).append(interval)
        return level


def blind_chain(neighbourhood: Neighbourhood, source: str, destination: str, limits: Limits) -> list[str] | None:
    """Return the ids of the shortest downstream chain, time ignored, ties by ids; None if none (contract 4)."""
    came_from: dict[str, str] = {}
    level = [source]
    seen = {source}
    while level and destination not in seen and not limits.deadline_passed():
        neighbourhood.cover(level)
        # In the order of ids, so that of equally short chains the smallest is found first.
        following: list[str] = []
        for near in level:
            for far in sorted({e.target for e in neighbourhood.edges.get(near, ())} - seen):
                seen.add(far)
                came_from[far] = near
                following.append(far)
        level = following
    if destination not in seen or source == destination:
        return None
    chain = [destination]
    while chain[-1] != source:
        chain.append(came_from[chain[-1]])
    return chain[::-1]


def proof_key(edge: Edge) -> tuple[str, str, str, int, int]:
    """Return the key of an edge without its proof: the order in which answers list edges."""
    return edge.type, edge.source, edge.target, edge.since, edge.until
