"""Candidates timed beside each other: every start on every candidate in turn, three times; the median counts."""

from __future__ import annotations

import contextlib
import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from bench.candidates.interface import Candidate, StoppedError
from bench.oracle import AnswerOracle, Holds, Traced, WrongAnswerError
from bench.questions import Ask, Family

RUNS: Final = 3


@dataclass
class Series:
    """Milliseconds of one candidate on one family, a median for each start; `stopped` starts were not answered."""

    ms: list[float] = field(default_factory=list)
    stopped: int = 0

    def at(self, share: float) -> float:
        """The time below which that share of the starts lies (nearest rank)."""
        ordered = sorted(self.ms)
        return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else float("nan")


@dataclass
class Measured:
    """One family: how large the answers are, and the series of each candidate that can answer it."""

    family: str
    sizes: list[int] = field(default_factory=list)
    series: dict[str, Series] = field(default_factory=dict)
    compared: int = 0


def measure(
    family: Family, candidates: Sequence[Candidate], oracle: AnswerOracle, *, budget: float, runs: int = RUNS
) -> Measured:
    """Ask the family of everybody. Starts beyond the `budget` (seconds, about) are left out, for all alike.

    Raises WrongAnswerError where a candidate answers something else than the oracle.
    """
    asking = _Asking(family, [c for c in candidates if c.can(family.asks[0])], oracle)
    begun = time.perf_counter()
    for n in range(len(family.asks)):
        if n and time.perf_counter() - begun > budget / runs:
            break
        asking.first(n)
    for run in range(1, runs):
        for n in range(len(asking.found.sizes)):
            asking.again(n, run)
    return asking.told()


class _Asking:
    """The runs of one family: times by start and candidate, and which starts a candidate did not answer."""

    def __init__(self, family: Family, able: list[Candidate], oracle: AnswerOracle) -> None:
        self._asks = family.asks
        self._able = able
        self._oracle = oracle
        self._times: dict[tuple[int, str], list[float]] = {}
        self._stopped: set[tuple[int, str]] = set()
        self.found = Measured(family.name)

    def first(self, n: int) -> None:
        """The first run of a start, whose answers are compared."""
        ask, answers = self._asks[n], dict[str, Any]()
        for candidate in _turned(self._able, n):
            try:
                raw, ms = timed(candidate, ask)
            except StoppedError:
                self._stopped.add((n, candidate.name))
                continue
            self._times[n, candidate.name] = [ms]
            if candidate.judged != "not compared":
                answers[candidate.name] = candidate.answer(ask, raw)
        self._judge(ask, answers)

    def _judge(self, ask: Ask, answers: dict[str, Any]) -> None:
        exact = self._oracle.exact(ask)
        for candidate in self._able:
            if candidate.name not in answers:
                continue
            answer = answers[candidate.name]
            wanted = self._oracle.blind(ask) if candidate.judged == "blind" else exact
            if wanted is None and ask.kind == "custody":
                # The domain's rules are in every candidate; what differs is the rows, so they are held to each other.
                exact = wanted = answer
            if not _same(answer, wanted):
                said = f"{answer!r:.300} and not {wanted!r:.300}"
                raise WrongAnswerError(f"{candidate.name} on {self.found.family}, {ask}: {said}")
            self.found.compared += 1
        self.found.sizes.append(size(exact))

    def again(self, n: int, run: int) -> None:
        for candidate in _turned(self._able, n + run):
            if (n, candidate.name) not in self._stopped:
                with contextlib.suppress(StoppedError):
                    self._times[n, candidate.name].append(timed(candidate, self._asks[n])[1])

    def told(self) -> Measured:
        context = range(len(self.found.sizes))
        for name in (c.name for c in self._able):
            medians = [statistics.median(self._times[n, name]) for n in context if (n, name) in self._times]
            self.found.series[name] = Series(medians, sum((n, name) in self._stopped for n in context))
        return self.found


def _same(answer: Any, wanted: Any) -> bool:
    if isinstance(wanted, Holds) and isinstance(answer, Holds):
        # Ours lists what is in conflict, too: beside that its page is the beginning of the plain one.
        few = len(answer.first)
        return (
            abs(answer.held - wanted.held) <= 50
            and set(answer.first) <= set(wanted.first)
            and few + 50 > len(wanted.first)
        )
    return bool(answer == wanted)


def size(answer: Any) -> int:
    """Items of a trace, things held, segments, parts or steps."""
    if isinstance(answer, Traced):
        return len(answer.items)
    if isinstance(answer, Holds):
        return answer.held
    if isinstance(answer, int) or answer is None:
        return answer or 0
    return len(answer)


def timed(candidate: Candidate, ask: Ask) -> tuple[Any, float]:
    """The answer and its milliseconds."""
    start = time.perf_counter_ns()
    done = candidate.run(ask)
    return done, (time.perf_counter_ns() - start) / 1e6


def _turned(candidates: Sequence[Candidate], by: int) -> list[Candidate]:
    """The same candidates in an order of their own: nobody always comes after the one that has warmed what it reads."""
    return Random(by).sample(candidates, len(candidates))
