"""Paths from one item to another downstream, and why there is none (contract 4)."""

from itertools import pairwise
from typing import NamedTuple

from tests.reference.containment import Edge, History
from tests.reference.events import Json
from tests.reference.intervals import Piece
from tests.reference.trace import arrived, carried, stepped


class Chain(NamedTuple):
    """Steps from the source to `item`, and the window left there."""

    steps: tuple[Edge, ...]
    item: str
    piece: Piece

    def order(self) -> tuple[float, tuple[str, ...], tuple[Edge, ...]]:
        """Earliest start of the final window, then ids, then the edges themselves."""
        return (self.piece.since, tuple(edge.target for edge in self.steps), self.steps)


def path(history: History, source: str, destination: str, window: Piece, max_paths: int) -> Json:
    chains = sorted(_shortest(history, source, destination, window), key=Chain.order)
    block = None if chains else blocked(history, source, destination, window)
    return {
        "paths": [
            {"steps": [edge.document() for edge in chain.steps], "window": chain.piece.shown()}
            for chain in chains[:max_paths]
        ],
        "more": len(chains) > max_paths,
        "why_not": [block.document()] if block else None,
    }


def _shortest(history: History, source: str, destination: str, window: Piece) -> list[Chain]:
    """Every chain with the fewest steps; a state that fewer steps reach is on none of them."""
    start = carried(history, source, window)
    level = [] if start is None else [Chain((), source, start)]
    seen = set()
    while level:
        arrived = [chain for chain in level if chain.item == destination]
        if arrived:
            return arrived
        seen |= {(chain.item, chain.piece) for chain in level}
        level = [
            Chain((*chain.steps, edge), *step)
            for chain in level
            for edge in history.edges
            if edge.source == chain.item
            if (step := stepped(history, edge, chain.piece, "downstream", None)) and step not in seen
        ]
    return []


def _blind(history: History, source: str, destination: str) -> list[str]:
    """The items of the shortest chain that ignores time, ties by ids; empty if there is none."""
    level, seen = [[source]], {source}
    while level:
        arrived = [chain for chain in level if chain[-1] == destination]
        if arrived:
            return min(arrived)
        longer = {(*chain, e.target) for chain in level for e in history.edges if e.source == chain[-1]}
        level = [list(chain) for chain in sorted(longer) if chain[-1] not in seen]
        seen |= {chain[-1] for chain in level}
    return []


def _parallel(history: History, items: list[str]) -> list[list[Edge]]:
    """For each step of a chain of items the edges that make it, earliest first."""
    return [
        sorted((e for e in history.edges if (e.source, e.target) == pair), key=lambda e: (e.since, e.until, e.type))
        for pair in pairwise(items)
    ]


class Blocked(NamedTuple):
    """The first step that time forbids; `open`: the contract does not decide which edge or which reason to name."""

    edge: Edge
    reason: str
    piece: Piece
    open: bool

    def document(self) -> Json:
        since, until = self.piece.shown()
        return {"edge": self.edge.document(), "reason": self.reason, "since": since, "until": until}


def blocked(history: History, source: str, destination: str, window: Piece) -> Blocked | None:
    """Along the shortest time-blind chain; of several edges between the same two items the earliest is followed."""
    uncut, choices = window, False
    for edge, *others in _parallel(history, _blind(history, source, destination)):
        choices = choices or bool(others)
        piece = carried(history, edge.source, uncut)
        if piece is None:  # only at the source: its window lies after its consumption
            return Blocked(edge, "consumed", uncut, open=True)
        reached = arrived(edge, piece, "downstream", None)
        if reached is None:
            consumed = arrived(edge, uncut, "downstream", None) is not None
            late = "starts_after" if edge.since > piece.since else "ended_before"
            return Blocked(edge, "consumed" if consumed else late, piece, choices or consumed)
        if carried(history, edge.target, reached) is None:
            return Blocked(edge, "consumed", piece, choices)
        uncut = reached
    return None
