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
    """Bounds of a walk. `spent` says whether its time is over (contract 8: 10 s unless told otherwise)."""

    max_items: int
    max_hops: int
    deadline_passed: Callable[[], bool]


@dataclass(slots=True)
class Trace:
    """The result of a walk: pieces by item, fewest steps by item, edges stepped over, and what cut it.

    `first` is the piece with which an item was reached first; `pieces` holds all of those reached with others, too.
    """

    first: dict[str, Interval] = field(default_factory=dict)
    pieces: dict[str, IntervalSet] = field(default_factory=dict)
    distance: dict[str, int] = field(default_factory=dict)
    stepped: dict[int, Edge] = field(default_factory=dict)
    cut: Cut | None = None
    frontier: list[str] = field(default_factory=list)
    left_out: int | None = None

    def order(self) -> Iterator[str]:
        """Nearest first, then by id (contract 8). A walk meets the nearest first."""
        for _, level in groupby(self.distance, key=self.distance.__getitem__):
            yield from sorted(level)

    def windows(self, item: str) -> list[Interval]:
        """The windows of an item, as an answer shows them."""
        pieces = self.pieces.get(item)
        return [self.first[item]] if pieces is None else pieces.shown()

    def meet(self, item: str, piece: Interval, hops: int) -> bool:
        """Reach an item with a piece; False if all of that was there already."""
        first = self.first.get(item)
        if first is None:
            self.first[item] = piece
            self.distance[item] = hops
            return True
        if first == piece:
            return False
        pieces = self.pieces.get(item)
        if pieces is None:
            pieces = self.pieces[item] = IntervalSet(first)
        return pieces.add(piece)

    def contains_all(self, item: str, piece: Interval) -> bool:
        """Whether the item was reached with all of this piece."""
        first = self.first.get(item)
        if first is None or first == piece:
            return first is not None
        pieces = self.pieces.get(item)
        return (IntervalSet(first) if pieces is None else pieces).contains_all(piece)

    @property
    def edges(self) -> Iterable[Edge]:
        """Every edge stepped over, once."""
        return self.stepped.values()


def step(edge: Edge, piece: Interval, direction: Direction, *, exposure: bool = False) -> Interval | None:
    """The piece with which the far end of an edge is reached, before the far end's own cut; None if time forbids."""
    if edge.type == PART_OF:
        shared = intersect(piece, (edge.since, edge.until))
        if shared is None:
            return None
        return (shared[0], OPEN) if exposure else shared
    if direction == "downstream":
        return (edge.since, OPEN) if contains(piece, edge.since) else None
    return (edge.since, edge.since) if edge.since <= piece[0] or edge.since < piece[1] else None


Step = tuple[str, Interval, Edge, str]
"""Far end, the piece with which it is reached, the edge, near end."""
Level = dict[str, list[Interval]]
"""The pieces that are new in each item of a level."""


class Walk:
    """A breadth-first walk that carries windows. One object answers one question."""

    def __init__(self, around: Neighbourhood, limits: Limits, *, exposure: bool = False) -> None:
        self.around = around
        self.limits = limits
        self.exposure = exposure
        self.result = Trace()
        self._latest: dict[str, int] = {}

    def run(self, start: str, window: Interval) -> Trace:
        """Walk from the item with a window; the start has distance 0 and counts as an item."""
        around, result = self.around, self.result
        around.cover([start])
        pieces = [p for p in clip_at_consumption(window, around.nodes[start].consumed) if result.meet(start, p, 0)]
        level: Level = {start: pieces} if pieces else {}
        hops = 0
        while level:
            if self.limits.deadline_passed():
                self._stop("time_limit", sorted(level))
                break
            around.cover(level)
            steps: Iterable[Step] = self._steps(level)
            if hops >= self.limits.max_hops:
                if beyond := sorted({near for far, piece, _, near in steps if not result.contains_all(far, piece)}):
                    self._stop("max_hops", beyond)
                break
            hops += 1
            # What is reached lies among the nodes that were fetched: while these are few, their number needs no look.
            if len(around.nodes) > self.limits.max_items:
                steps = self._within(list(steps))
            level = self._accept(steps, hops)
        return result

    def _stop(self, reason: Cut, frontier: list[str], left_out: int | None = None) -> None:
        self.result.cut = reason
        self.result.frontier = frontier[:100]
        self.result.left_out = left_out

    def _steps(self, level: Level) -> Iterator[Step]:
        """Every step that the new pieces of a level allow."""
        downstream, exposure = self.around.direction == "downstream", self.exposure
        nodes, edges = self.around.nodes, self.around.edges
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
                    # As `meet` has it, written out: most steps are of this kind.
                    reached = ((since if since > lo else lo, until if until < hi else hi),)  # noqa: FURB136
                elif downstream or type_ == PART_OF:
                    reached = [r for p in pieces if (r := self._through(edge, p)) is not None]
                elif since <= latest and (earlier is None or since > earlier):
                    reached = ((since, since),)
                else:
                    continue
                consumed = nodes[far].consumed
                for raw in reached:
                    for kept in (raw,) if consumed is None else clip_at_consumption(raw, consumed):
                        yield far, kept, edge, near

    def _through(self, edge: Edge, piece: Interval) -> Interval | None:
        return step(edge, piece, self.around.direction, exposure=self.exposure)

    def _reach_back(self, near: str, pieces: list[Interval]) -> tuple[int | None, int]:
        """Upstream, what an item was made from counts up to its last instant: (done so far, last instant now).

        So inputs are stepped to once, however many instants an item was reached at.
        """
        earlier = self._latest.get(near)
        latest = max(since if since == until else until - 1 for since, until in pieces)
        self._latest[near] = latest if earlier is None else max(latest, earlier)
        return earlier, latest

    def _within(self, steps: list[Step]) -> list[Step]:
        """Nearest items first and of equally near ones the smallest ids, as many as are allowed (contract 8)."""
        result = self.result
        fresh = {s[0] for s in steps} - result.distance.keys()
        room = self.limits.max_items - len(result.distance)
        if len(fresh) <= room:
            return steps
        dropped = fresh.difference(nsmallest(room, fresh))
        self._stop("max_items", result.frontier + sorted({s[3] for s in steps if s[0] in dropped}))
        return [s for s in steps if s[0] not in dropped]

    def _accept(self, steps: Iterable[Step], hops: int) -> Level:
        """Take the steps; what is new of the items that they lead to is the next level."""
        result = self.result
        first, distance, stepped = result.first, result.distance, result.stepped
        level: Level = {}
        for far, piece, edge, _ in steps:
            stepped[id(edge)] = edge
            if far not in first:
                first[far] = piece
                distance[far] = hops
                level[far] = [piece]
            elif result.meet(far, piece, hops):
                level.setdefault(far, []).append(piece)
        return level


def blind_chain(around: Neighbourhood, source: str, destination: str, limits: Limits) -> list[str] | None:
    """The ids of the shortest downstream chain when time is ignored, ties by ids; None if none (contract 4)."""
    came_from: dict[str, str] = {}
    level = [source]
    seen = {source}
    while level and destination not in seen and not limits.deadline_passed():
        around.cover(level)
        # By the order of the ids on the way: of equally short chains the smallest is met first.
        following: list[str] = []
        for near in level:
            for far in sorted({e.target for e in around.edges.get(near, ())} - seen):
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
    """What makes an edge itself, whatever proves it; the order in which answers list edges."""
    return edge.type, edge.source, edge.target, edge.since, edge.until
