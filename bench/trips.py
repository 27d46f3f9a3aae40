"""How often a question goes to Neo4j and back, counted at the driver."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any
from unittest import mock

from neo4j import ManagedTransaction, Session

from bench.candidates.hand_neo4j import HandNeo4j
from bench.candidates.ours import Ours
from bench.questions import Ask, Family
from bench.results import Facts
from lineage.stores.queries import query

ALLOWED = (
    "down, cells", "down, lots", "up, second-life packs", "up, vehicles", "up, second-life packs, 90 days",
    "up, vehicles, 90 days", "down, cells, 90 days", "down, lots, 90 days", "custody, packs",
    "composition now, vehicles", "path, lot to vehicle", "holdings now, biggest enterprise",
)  # fmt: skip
"""The questions that have a bar: one trip, downstream through a window one more a generation of transformations."""


@contextlib.contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent meanwhile, but for the check that the state did not move."""
    sent: list[str] = []
    check = query("cypher", "read/head.cypher").text

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


def trips(families: Sequence[Family], ours: Ours, hand: HandNeo4j, starts: int = 10) -> Facts:
    """For each sort of question the most statements that one took, and how many are allowed."""
    found: Facts = {}
    for family in families:
        if family.name in ALLOWED:
            counts = [(_count(ours, ask), _allowed(hand, ask)) for ask in family.asks[:starts]]
            most, allowed = max(counts, key=lambda pair: pair[0] - pair[1])
            found[family.name] = {"most": most, "most_allowed": allowed, "starts": len(counts)}
    return found


def _count(candidate: Ours | HandNeo4j, ask: Ask) -> int:
    with counted() as sent:
        candidate.run(ask)
    return len(sent)


def _allowed(hand: HandNeo4j, ask: Ask) -> int:
    """By hand a window downstream takes one trip, and one more a generation."""
    return _count(hand, ask) if ask.kind == "trace" and ask.is_bounded and ask.direction == "downstream" else 1
