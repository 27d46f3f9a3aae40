"""Items whose findings depend on a given item, for a question about one item and for a catch-up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lineage.domain.findings import twin_codes
from lineage.domain.graph import PUT_IN, SEEN, TAKEN_OUT
from lineage.domain.traversal.neighbourhood import Direction
from lineage.stores.interface import QuestionReader

_PAGE: Final = 500
_CODES: Final = 5_000
"""Codes that are looked up in one read."""


def neighbours_of(reader: QuestionReader, item: str, known_at: int | None) -> list[str]:
    """Return, by id, the item and every item that may have a finding that names it, as known then.

    Those are the items one edge away, those that its events put it in, took it out of or saw it in, and its twin codes.
    """
    neighbours = {item}
    directions: tuple[Direction, ...] = ("downstream", "upstream")
    for direction in directions:
        fetched = reader.neighbours([item], direction, known_at)
        neighbours.update(x for e in fetched.edges for x in (e.source, e.target))
    mentions = reader.mentions([item], known_at)
    neighbours.update(m.other for m in mentions if m.role in (PUT_IN, TAKEN_OUT, SEEN) and m.other)
    neighbours.update(reader.facts(twin_codes(item), known_at))
    return sorted(neighbours)


def affected_by(reader: QuestionReader, items: Iterable[str]) -> set[str]:
    """Return the items and every item whose findings may change when something about these changes, as known now.

    Those are all wholes that they were ever inside, all parts that were ever inside those (not inside lots), and the
    twin codes of all of them.
    """
    affected = set(items)
    affected |= _reached(reader, affected, "downstream")
    facts = reader.facts(sorted(affected), None)
    affected |= _reached(reader, {x for x in affected if x not in facts or not facts[x].is_lot}, "upstream")
    twins = sorted({t for x in affected for t in twin_codes(x)})
    for start in range(0, len(twins), _CODES):
        affected.update(reader.facts(twins[start : start + _CODES], None))
    return affected


def _reached(reader: QuestionReader, items: set[str], direction: Direction) -> set[str]:
    """Return what is reached over `PART_OF` at any time: the wholes (downstream) or the parts (upstream)."""
    reached = set(items)
    level = sorted(items)
    while level:
        fresh: set[str] = set()
        for start in range(0, len(level), _PAGE):
            page = level[start : start + _PAGE]
            fetched = reader.neighbours(page, direction, None, part_of_only=True)
            near = set(page)
            ends = ((e.source, e.target) if direction == "downstream" else (e.target, e.source) for e in fetched.edges)
            fresh |= {far for source, far in ends if source in near}
        level = sorted(fresh - reached)
        reached |= fresh
    return reached
