"""The interface of a candidate, and the form in which answers are compared."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal, Protocol

from bench.data.hand_written_walk import Walked
from bench.oracle import Holds, Traced
from bench.questions import Question

Judged = Literal["exact", "blind", "not compared"]


class StoppedError(Exception):
    """The candidate did not answer within its time limit."""


class Candidate(Protocol):
    """A way to answer questions. `run` is timed; `answer` turns its result into the form of the oracle, untimed.

    `judged`: compared with the contract's answer, with the items reachable when time is ignored, or not at all (a
    fetch without an answer).
    """

    name: str
    judged: Judged

    def can(self, question: Question) -> bool: ...
    def run(self, question: Question) -> Any: ...
    def answer(self, question: Question, raw: Any) -> Any: ...
    def close(self) -> None: ...


def traced(walked: Walked) -> Traced:
    items = {x: (d, tuple(walked.windows[x])) for x, d in walked.distance.items()}
    return Traced(items, len(walked.edges))


Pairs = Counter[tuple[str, str]]
__all__ = ["Candidate", "Holds", "Judged", "Pairs", "Question", "StoppedError", "Traced", "traced"]
