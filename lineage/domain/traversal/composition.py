"""Composition at t: the upstream tree over `PART_OF` alone, at one instant (contract 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lineage.domain.graph import PART_OF, Edge
from lineage.domain.intervals import clip_at_consumption, contains
from lineage.domain.traversal.neighbourhood import Neighbourhood
from lineage.domain.traversal.trace import Cut, Limits


@dataclass(slots=True)
class Branch:
    """One place in the tree. `edge` is None at the root; `above` are the ids on the way to the root."""

    item: str
    edge: Edge | None
    above: frozenset[str]
    parts: list[Branch] = field(default_factory=list)


@dataclass(slots=True)
class Composition:
    """`root` is None for a thing consumed before t."""

    root: Branch | None
    cut: Cut | None = None
    frontier: list[str] = field(default_factory=list)

    def items(self) -> list[str]:
        """Every item in the tree, nearest first."""
        met: dict[str, None] = {}
        level = [self.root] if self.root else []
        while level:
            met.update(dict.fromkeys(b.item for b in level))
            level = [p for b in level for p in b.parts]
        return list(met)


def parts_at(around: Neighbourhood, whole: str, t: int) -> Iterator[Edge]:
    """The edges of what is directly in the whole at t, consumed things left out, by id."""
    for edge in sorted(around.edges.get(whole, ()), key=lambda e: (e.source, e.since, e.until)):
        there = edge.type == PART_OF and contains((edge.since, edge.until), t)
        if there and clip_at_consumption((t, t), around.nodes[edge.source].consumed):
            yield edge


def compose(around: Neighbourhood, root: str, t: int, limits: Limits) -> Composition:
    """Build the tree level by level; an item met again on its own branch is left out."""
    around.cover([root])
    if not clip_at_consumption((t, t), around.nodes[root].consumed):
        return Composition(None)
    top = Branch(root, None, frozenset())
    result = Composition(top)
    level, count, hops = [top], 1, 0
    while level:
        if limits.deadline_passed() or hops >= limits.max_hops:
            result.cut = "time_limit" if hops < limits.max_hops else "max_hops"
            result.frontier = [b.item for b in level][:100]
            if result.cut == "max_hops" and not _more(around, level, t):
                result.cut = None
            return result
        hops += 1
        around.cover(b.item for b in level)
        following: list[Branch] = []
        for branch in level:
            if branch.item not in around.edges:
                continue
            above = branch.above | {branch.item}
            for edge in _unmet(around, branch, t):
                if count >= limits.max_items:
                    result.cut = "max_items"
                    result.frontier = [*dict.fromkeys([*result.frontier, branch.item])][:100]
                    break
                count += 1
                part = Branch(edge.source, edge, above)
                branch.parts.append(part)
                following.append(part)
        level = following
    return result


def _unmet(around: Neighbourhood, branch: Branch, t: int) -> Iterator[Edge]:
    """Parts that are not on the branch already, each once."""
    met: set[str] = set()
    for edge in parts_at(around, branch.item, t):
        if edge.source != branch.item and edge.source not in branch.above and edge.source not in met:
            met.add(edge.source)
            yield edge


def _more(around: Neighbourhood, level: list[Branch], t: int) -> bool:
    around.cover(b.item for b in level)
    return any(True for b in level for _ in _unmet(around, b, t))
