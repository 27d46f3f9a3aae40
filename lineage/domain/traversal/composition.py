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
    """One node of the tree. `edge` is None at the root; `above` are the ids on the way to the root."""

    item: str
    edge: Edge | None
    above: frozenset[str]
    parts: list[Branch] = field(default_factory=list)


@dataclass(slots=True)
class Composition:
    """`root` is None for an item consumed before t."""

    root: Branch | None
    cut: Cut | None = None
    frontier: list[str] = field(default_factory=list)

    def items(self) -> list[str]:
        """Return every item in the tree, nearest first."""
        visited: dict[str, None] = {}
        level = [self.root] if self.root else []
        while level:
            visited.update(dict.fromkeys(b.item for b in level))
            level = [p for b in level for p in b.parts]
        return list(visited)


def parts_at(neighbourhood: Neighbourhood, whole: str, t: int) -> Iterator[Edge]:
    """Yield the edges of the parts directly in the whole at t, by id; consumed parts are left out."""
    for edge in sorted(neighbourhood.edges.get(whole, ()), key=lambda e: (e.source, e.since, e.until)):
        is_inside = edge.type == PART_OF and contains((edge.since, edge.until), t)
        if is_inside and clip_at_consumption((t, t), neighbourhood.nodes[edge.source].consumed):
            yield edge


def compose(neighbourhood: Neighbourhood, root: str, t: int, limits: Limits) -> Composition:
    """Return the tree, built level by level; an item that repeats on its own branch is left out."""
    neighbourhood.cover([root])
    if not clip_at_consumption((t, t), neighbourhood.nodes[root].consumed):
        return Composition(None)
    top = Branch(root, None, frozenset())
    result = Composition(top)
    level, count, hops = [top], 1, 0
    while level:
        if limits.deadline_passed() or hops >= limits.max_hops:
            result.cut = "time_limit" if hops < limits.max_hops else "max_hops"
            result.frontier = [b.item for b in level][:100]
            if result.cut == "max_hops" and not _more(neighbourhood, level, t):
                result.cut = None
            return result
        hops += 1
        neighbourhood.cover(b.item for b in level)
        following: list[Branch] = []
        for branch in level:
            if branch.item not in neighbourhood.edges:
                continue
            above = branch.above | {branch.item}
            for edge in _fresh_parts(neighbourhood, branch, t):
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


def _fresh_parts(neighbourhood: Neighbourhood, branch: Branch, t: int) -> Iterator[Edge]:
    """Yield the parts that are not on the branch already, each once."""
    visited: set[str] = set()
    for edge in parts_at(neighbourhood, branch.item, t):
        if edge.source != branch.item and edge.source not in branch.above and edge.source not in visited:
            visited.add(edge.source)
            yield edge


def _more(neighbourhood: Neighbourhood, level: list[Branch], t: int) -> bool:
    neighbourhood.cover(b.item for b in level)
    return any(True for b in level for _ in _fresh_parts(neighbourhood, b, t))
