"""The walk: what an item became and went into, and what it is made of, through windows of time (contract 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from lineage.domain.graph import BECAME, PART_OF, Edge, Node, Uncoded
from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.windows import Piece, Pieces, carried, holds, meet

Direction = Literal["downstream", "upstream"]
Cut = Literal["max_items", "max_hops", "time_limit"]
ALL_TIME: Piece = (BEGIN, OPEN)


class Neighbourhood:
    """Edges and nodes fetched so far, in one direction; asks for what is missing, many items at once."""

    def __init__(self, direction: Direction, fetch: Callable[[Sequence[str]], Fetched]) -> None:
        self.direction = direction
        self._fetch = fetch
        self._covered: set[str] = set()
        self.edges: dict[str, list[Edge]] = defaultdict(list)
        self.nodes: dict[str, Node] = {}
        self.uncoded: dict[str, Uncoded] = {}
        """What was put into wholes without a code, as far as that was fetched."""
        self._layers: dict[str, set[str]] = {}

    def cover(self, items: Iterable[str]) -> None:
        """Make the edges of these items, and the nodes at both ends of them, known."""
        missing = sorted({x for x in items if x not in self._covered})
        if not missing:
            return
        got = self._fetch(missing)
        self.nodes.update(got.nodes)
        self.uncoded.update(got.uncoded)
        self._layers.update(got.layers)
        fresh = (got.covered | set(missing)) - self._covered
        self._covered |= fresh
        downstream = self.direction == "downstream"
        for edge in got.edges:
            near = edge.source if downstream else edge.target
            if near in fresh:
                self.edges[near].append(edge)

    def layers(self, whole: str) -> set[str] | None:
        """The kinds of what was ever put into a thing; None where that was not fetched."""
        if self.direction == "downstream" or whole not in self._covered:
            return self._layers.get(whole)
        return {self.nodes[e.source].kind for e in self.edges.get(whole, ()) if e.type == PART_OF}


class Fetched(NamedTuple):
    """What a store answers: all edges of the items asked for, and the nodes met.

    `covered` names further items whose edges are all here, too. A store may tell of wholes among them what was put in
    without a code (`uncoded`), and the kinds of what was ever put in (`layers`).
    """

    edges: Sequence[Edge]
    nodes: dict[str, Node]
    covered: frozenset[str] = frozenset()
    uncoded: Mapping[str, Uncoded] = {}
    layers: Mapping[str, set[str]] = {}


class Limits(NamedTuple):
    """Bounds of a walk. `spent` says whether its time is over (contract 8: 10 s unless told otherwise)."""

    max_items: int
    max_hops: int
    spent: Callable[[], bool]


@dataclass(slots=True)
class Trace:
    """The result of a walk: pieces by item, fewest steps by item, edges stepped over, and what cut it."""

    pieces: dict[str, Pieces] = field(default_factory=dict)
    distance: dict[str, int] = field(default_factory=dict)
    stepped: dict[int, Edge] = field(default_factory=dict)
    cut: Cut | None = None
    frontier: list[str] = field(default_factory=list)
    left_out: int | None = None

    def order(self) -> list[str]:
        """Nearest first, then by id (contract 8)."""
        return sorted(self.distance, key=lambda x: (self.distance[x], x))

    def windows(self, item: str) -> list[Piece]:
        """The windows of an item, as an answer shows them."""
        return self.pieces[item].shown()

    @property
    def edges(self) -> Iterable[Edge]:
        """Every edge stepped over, once."""
        return self.stepped.values()


def step(edge: Edge, piece: Piece, direction: Direction, *, exposure: bool = False) -> Piece | None:
    """The piece with which the far end of an edge is reached, before the far end's own cut; None if time forbids."""
    if edge.type == PART_OF:
        shared = meet(piece, (edge.since, edge.until))
        if shared is None:
            return None
        return (shared[0], OPEN) if exposure else shared
    if direction == "downstream":
        return (edge.since, OPEN) if holds(piece, edge.since) else None
    return (edge.since, edge.since) if edge.since <= piece[0] or edge.since < piece[1] else None


Candidate = tuple[str, Piece, Edge, str]
"""Far end, the piece with which it is reached, the edge, near end."""


class Walk:
    """A breadth-first walk that carries windows. One object answers one question."""

    def __init__(self, around: Neighbourhood, limits: Limits, *, exposure: bool = False) -> None:
        self.around = around
        self.limits = limits
        self.exposure = exposure
        self.result = Trace()
        self._latest: dict[str, int] = {}

    def run(self, start: str, window: Piece) -> Trace:
        """Walk from the item with a window; the start has distance 0 and counts as an item."""
        result = self.result
        self.around.cover([start])
        level: dict[str, list[Piece]] = {}
        for piece in carried(window, self.around.nodes[start].consumed):
            result.pieces.setdefault(start, Pieces()).add(piece)
            level.setdefault(start, []).append(piece)
            result.distance[start] = 0
        hops = 0
        while level:
            if self.limits.spent():
                self._stop("time_limit", sorted(level))
                break
            candidates = self._candidates(level)
            if hops >= self.limits.max_hops:
                if beyond := sorted({near for far, piece, _, near in candidates if self._new(far, piece)}):
                    self._stop("max_hops", beyond)
                break
            hops += 1
            level = self._admit(candidates, hops)
        return result

    def _stop(self, reason: Cut, frontier: list[str], left_out: int | None = None) -> None:
        self.result.cut = reason
        self.result.frontier = frontier[:100]
        self.result.left_out = left_out

    def _new(self, item: str, piece: Piece) -> bool:
        pieces = self.result.pieces.get(item)
        return pieces is None or not pieces.holds_all(piece)

    def _candidates(self, level: dict[str, list[Piece]]) -> list[Candidate]:
        """Every step that the new pieces of this level allow."""
        self.around.cover(level)
        downstream, exposure = self.around.direction == "downstream", self.exposure
        nodes, edges, direction = self.around.nodes, self.around.edges, self.around.direction
        found: list[Candidate] = []
        for near, pieces in level.items():
            earlier, latest = (None, None) if downstream else self._reach_back(near, pieces)
            for edge in edges.get(near, ()):
                far = edge.target if downstream else edge.source
                consumed = nodes[far].consumed
                if latest is not None and edge.type == BECAME:
                    fresh = edge.since <= latest and (earlier is None or edge.since > earlier)
                    reached = [(edge.since, edge.since)] if fresh else []
                else:
                    reached = [r for p in pieces if (r := step(edge, p, direction, exposure=exposure)) is not None]
                for raw in reached:
                    if consumed is None:
                        found.append((far, raw, edge, near))
                    else:
                        found += [(far, kept, edge, near) for kept in carried(raw, consumed)]
        return found

    def _reach_back(self, near: str, pieces: list[Piece]) -> tuple[int | None, int]:
        """Upstream, what an item was made from counts up to its last instant: (done so far, last instant now).

        So inputs are stepped to once, however many instants an item was reached at.
        """
        earlier = self._latest.get(near)
        latest = max(since if since == until else until - 1 for since, until in pieces)
        self._latest[near] = latest if earlier is None else max(latest, earlier)
        return earlier, latest

    def _admit(self, candidates: list[Candidate], hops: int) -> dict[str, list[Piece]]:
        """Take the steps, nearest items first and of equally near ones the smallest ids, as many as are allowed."""
        result = self.result
        distance, reached = result.distance, result.pieces
        fresh = {c[0] for c in candidates} - distance.keys()
        room = self.limits.max_items - len(distance)
        if len(fresh) > room:
            dropped = set(sorted(fresh)[room:])
            known = sorted({near for far, _, _, near in candidates if far in dropped})
            self._stop("max_items", result.frontier + known)
            candidates = [c for c in candidates if c[0] not in dropped]
        level: dict[str, list[Piece]] = {}
        for far, piece, edge, _ in candidates:
            result.stepped[id(edge)] = edge
            there = reached.get(far)
            if there is None:
                distance[far] = hops
                reached[far] = Pieces(piece)
                level[far] = [piece]
            elif there.add(piece):
                level.setdefault(far, []).append(piece)
        return level


def blind_chain(around: Neighbourhood, source: str, destination: str, limits: Limits) -> list[str] | None:
    """The ids of the shortest downstream chain when time is ignored, ties by ids; None if none (contract 4)."""
    came_from: dict[str, str] = {}
    level = [source]
    seen = {source}
    while level and destination not in seen and not limits.spent():
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


__all__ = [
    "ALL_TIME",
    "BECAME",
    "Cut",
    "Direction",
    "Fetched",
    "Limits",
    "Neighbourhood",
    "Trace",
    "Walk",
    "blind_chain",
    "proof_key",
    "step",
]
