"""Edges and nodes of items in one direction, fetched level by level during a walk."""

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
    """Edges and nodes fetched so far, in one direction; missing ones are fetched for many items at once.

    `fetch` takes the items, and whether their own nodes are known already.
    """

    def __init__(self, direction: Direction, fetch: Callable[[Sequence[str], bool], Fetched]) -> None:
        self.direction = direction
        self._fetch = fetch
        self._covered: set[str] = set()
        self.edges: dict[str, list[Edge]] = defaultdict(list)
        self.nodes: dict[str, Node] = {}
        self.uncoded: dict[str, Uncoded] = {}
        """Parts without a code by whole, as far as they were fetched."""
        self._layers: dict[str, set[str]] = {}

    def cover(self, items: Iterable[str]) -> None:
        """Fetch the edges of these items, and the nodes at both ends of them, unless they are known."""
        missing = set(items).difference(self._covered)
        if not missing:
            return
        fetched = self._fetch(sorted(missing), missing <= self.nodes.keys())
        self.nodes.update(fetched.nodes)
        self.uncoded.update(fetched.uncoded)
        self._layers.update(fetched.layers)
        fresh = (fetched.covered | missing) - self._covered
        is_first = not self._covered
        self._covered |= fresh
        near_ends = map(itemgetter(1 if self.direction == "downstream" else 2), fetched.edges)
        for near, edge in zip(near_ends, fetched.edges, strict=True):
            if is_first or near in fresh:
                self.edges[near].append(edge)

    def layers(self, whole: str) -> set[str] | None:
        """Return the kinds of all parts that were ever put into a whole; None where they were not fetched."""
        if self.direction == "downstream" or whole not in self._covered:
            return self._layers.get(whole)
        return {self.nodes[e.source].kind for e in self.edges.get(whole, ()) if e.type == PART_OF}


class Fetched(NamedTuple):
    """The answer of a store: all edges of the requested items, and the nodes at their ends.

    `covered` names further items whose edges are all included. For wholes among them a store may include their parts
    without a code (`uncoded`), and the kinds of all parts that were ever put in (`layers`).
    """

    edges: Sequence[Edge]
    nodes: dict[str, Node]
    covered: frozenset[str] = frozenset()
    uncoded: Mapping[str, Uncoded] = {}
    layers: Mapping[str, set[str]] = {}
