"""The edges around items, fetched level by level while a walk goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Literal, NamedTuple

from lineage.domain.graph import PART_OF, Edge, Node, Uncoded
from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.intervals import Interval

Direction = Literal["downstream", "upstream"]
ALL_TIME: Interval = (BEGIN, OPEN)


class Neighbourhood:
    """Edges and nodes fetched so far, in one direction; asks for what is missing, many items at once.

    `fetch` is told the items, and whether their own nodes are known already.
    """

    def __init__(self, direction: Direction, fetch: Callable[[Sequence[str], bool], Fetched]) -> None:
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
        missing = set(items).difference(self._covered)
        if not missing:
            return
        got = self._fetch(sorted(missing), missing <= self.nodes.keys())
        self.nodes.update(got.nodes)
        self.uncoded.update(got.uncoded)
        self._layers.update(got.layers)
        fresh = (got.covered | missing) - self._covered
        is_first = not self._covered
        self._covered |= fresh
        near_ends = map(itemgetter(1 if self.direction == "downstream" else 2), got.edges)
        for near, edge in zip(near_ends, got.edges, strict=True):
            if is_first or near in fresh:
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
