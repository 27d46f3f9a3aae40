"""Round trips to Neo4j for each question, counted at the driver."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any
from unittest import mock

from neo4j import ManagedTransaction, Session

from bench.candidates.service import Ours
from bench.data.derived_rows import Rows
from bench.questions import Family, Question
from bench.reporting.results import Facts
from lineage.domain.graph import BECAME, PART_OF, Edge
from lineage.domain.intervals import Interval, clip_at_consumption
from lineage.domain.traversal.trace import step
from lineage.stores.query_files import query

ALLOWED = (
    "down, cells", "down, lots", "up, second-life packs", "up, vehicles", "up, second-life packs, 90 days",
    "up, vehicles, 90 days", "down, cells, 90 days", "down, lots, 90 days", "custody, packs",
    "composition now, vehicles", "path, lot to vehicle", "holdings now, biggest enterprise",
    "down, cells, at an instant", "down, lots, at an instant", "up, second-life packs, at an instant",
    "up, vehicles, at an instant",
)  # fmt: skip
"""The questions with a limit: one round trip, downstream in a window one more for each generation."""


@contextlib.contextmanager
def counted() -> Iterator[list[str]]:
    """Yield the list of statements sent in the block, without the check that the state did not change."""
    sent: list[str] = []
    check = query("cypher", "read/journal_head.cypher").text

    def counting(original: Any) -> Any:
        def run(self: object, statement: Any, *args: Any, **values: Any) -> Any:
            text = getattr(statement, "text", statement)
            if text != check:
                sent.append(text)
            return original(self, statement, *args, **values)

        return run

    with contextlib.ExitStack() as held:
        for owner in (ManagedTransaction, Session):
            held.enter_context(mock.patch.object(owner, "run", counting(owner.run)))
        yield sent


def trips(families: Sequence[Family], ours: Ours, rows: Rows, starts: int = 10) -> Facts:
    """Return for each sort of question the highest number of statements, and the number allowed.

    For a window downstream the figures are those of the start closest to its limit, or furthest above it.
    """
    found: Facts = {}
    for family in families:
        if family.name in ALLOWED:
            counts = [(_count(ours, question), allowed(rows, question)) for question in family.questions[:starts]]
            most, bound = max(counts, key=lambda pair: (pair[0] - pair[1], pair[0]))
            found[family.name] = {"most": most, "most_allowed": bound, "starts": len(counts)}
    return found


def _count(ours: Ours, question: Question) -> int:
    with counted() as sent:
        ours.run(question)
    return len(sent)


def allowed(rows: Rows, question: Question) -> int:
    """Return the allowed round trips: one, downstream in a window one more for each generation."""
    if question.kind != "trace" or question.direction != "downstream" or not question.is_bounded:
        return 1
    return 1 + generations(rows, question)


def generations(rows: Rows, question: Question) -> int:
    """Return the number of generations downstream in a window: how often reached items became others within it."""
    start = rows.number[question.id]
    level = {(start, piece) for piece in clip_at_consumption(question.window, rows.consumed.get(start))}
    met: set[_Reached] = set()
    count = 0
    while True:
        following: set[_Reached] = set()
        while level:
            met |= level
            inside, made = _next(rows, level)
            level = inside - met
            following |= made
        level = following - met
        if not level:
            return count
        count += 1


_Reached = tuple[int, Interval]


def _next(rows: Rows, level: set[_Reached]) -> tuple[set[_Reached], set[_Reached]]:
    """Return the wholes, and the outputs, that the steps of a level reach."""
    inside: set[_Reached] = set()
    made: set[_Reached] = set()
    for near, piece in level:
        for far, is_part, since, until in rows.down.steps(near):
            edge = Edge(PART_OF if is_part else BECAME, "", "", since, until, ())
            reached = step(edge, piece, "downstream")
            if reached is not None:
                left = clip_at_consumption(reached, rows.consumed.get(far))
                (inside if is_part else made).update((far, piece) for piece in left)
    return inside, made
