"""What a candidate is, and the form in which answers are compared."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal, Protocol

from bench.data.hand_written_walk import Walked
from bench.oracle import Holds, Traced
from bench.questions import Ask

Judged = Literal["exact", "blind", "not compared"]


class StoppedError(Exception):
    """The candidate did not answer within the limit that it was given."""


class Candidate(Protocol):
    """`run` is timed; `answer` turns what it gave into the form of the oracle, and is not.

    `judged`: by the contract's answer, by what can be reached when time is ignored, or, where two numbers stand for
    the same fetch, not at all.
    """

    name: str
    judged: Judged

    def can(self, ask: Ask) -> bool: ...
    def run(self, ask: Ask) -> Any: ...
    def answer(self, ask: Ask, raw: Any) -> Any: ...
    def close(self) -> None: ...


def traced(walked: Walked) -> Traced:
    items = {x: (d, tuple(walked.windows[x])) for x, d in walked.distance.items()}
    return Traced(items, len(walked.edges))


Pairs = Counter[tuple[str, str]]
__all__ = ["Ask", "Candidate", "Holds", "Judged", "Pairs", "StoppedError", "Traced", "traced"]
