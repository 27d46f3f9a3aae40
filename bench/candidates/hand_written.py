"""Answers in plain Python from rows of any database, for the hand-written candidates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.candidates.interface import Pairs, Question
from lineage.domain.graph import Edge, Holding, ItemFacts
from lineage.domain.instants import format_instant, format_or_none
from lineage.domain.intervals import clip_at_consumption
from lineage.domain.projection.effective_custody import CustodyContext


def composed(question: Question, rows: Iterable[Sequence[Any]], consumed: int | None) -> Pairs:
    """Return the pairs of whole and part in the tree at an instant, from rows (whole, part, since, consumed)."""
    assert question.at is not None
    instant, found = (question.at, question.at), Pairs()
    parts: dict[str, set[str]] = defaultdict(set)
    for whole, part, _, end in rows:
        if clip_at_consumption(instant, end):
            parts[whole].add(part)
    level = [(question.id, frozenset({question.id}))] if clip_at_consumption(instant, consumed) else []
    while level:
        following = []
        for whole, above in level:
            for part in parts.get(whole, ()):
                if part not in above:
                    found[(whole, part)] += 1
                    following.append((part, above | {part}))
        level = following
    return found


def custody_segments(
    item: str, edges: Iterable[Edge], hands: Iterable[Holding], facts: Mapping[str, ItemFacts]
) -> tuple[Any, ...]:
    """Return the custody timeline by the rules of the domain, which are too long to write a second time."""
    return tuple(
        (format_instant(s.since), format_or_none(s.until), s.custody.status, tuple(s.custody.holders), s.custody.to)
        for s in CustodyContext(edges, hands, facts).timeline(item)
    )
