"""Timing of candidates: every start on every candidate in turn, three times; the median counts."""

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
from bench.questions import Family, Question

RUNS: Final = 3


@dataclass
class Series:
    """Milliseconds of one candidate on one family, the median for each start; `stopped` starts were not answered."""

    ms: list[float] = field(default_factory=list)
    stopped: int = 0

    def at(self, share: float) -> float:
        """Return the time below which that share of the starts lies (nearest rank); NaN without starts."""
        ordered = sorted(self.ms)
        return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else float("nan")


@dataclass
class Measured:
    """The measurement of one family: sizes of the answers, and the series of each candidate that can answer it."""

    family: str
    sizes: list[int] = field(default_factory=list)
    series: dict[str, Series] = field(default_factory=dict)
    compared: int = 0


def measure(
    family: Family, candidates: Sequence[Candidate], oracle: AnswerOracle, *, budget: float, runs: int = RUNS
) -> Measured:
    """Measure a family on all candidates; starts beyond the `budget` in seconds are left out for all of them.

    Raises `WrongAnswerError` where the answer of a candidate differs from that of the oracle.
    """
    runs_of_family = _Runs(family, [c for c in candidates if c.can(family.questions[0])], oracle)
    begun = time.perf_counter()
    for n in range(len(family.questions)):
        if n and time.perf_counter() - begun > budget / runs:
            break
        runs_of_family.first(n)
    for run in range(1, runs):
        for n in range(len(runs_of_family.found.sizes)):
            runs_of_family.again(n, run)
    return runs_of_family.result()


class _Runs:
    """The runs of one family: times by start and candidate, and which starts a candidate did not answer."""

    def __init__(self, family: Family, able: list[Candidate], oracle: AnswerOracle) -> None:
        self._questions = family.questions
        self._able = able
        self._oracle = oracle
        self._times: dict[tuple[int, str], list[float]] = {}
        self._stopped: set[tuple[int, str]] = set()
        self.found = Measured(family.name)

    def first(self, n: int) -> None:
        """Do the first run of a start; its answers are compared with the oracle."""
        question, answers = self._questions[n], dict[str, Any]()
        for candidate in _turned(self._able, n):
            try:
                raw, ms = timed(candidate, question)
            except StoppedError:
                self._stopped.add((n, candidate.name))
                continue
            self._times[n, candidate.name] = [ms]
            if candidate.judged != "not compared":
                answers[candidate.name] = candidate.answer(question, raw)
        self._judge(question, answers)

    def _judge(self, question: Question, answers: dict[str, Any]) -> None:
        exact = self._oracle.exact(question)
        for candidate in self._able:
            if candidate.name not in answers:
                continue
            answer = answers[candidate.name]
            wanted = self._oracle.blind(question) if candidate.judged == "blind" else exact
            if wanted is None and question.kind == "custody":
                # Every candidate has the rules of the domain and only the rows differ, so candidates are compared.
                exact = wanted = answer
            if not _same(answer, wanted):
                difference = f"{answer!r:.300} and not {wanted!r:.300}"
                raise WrongAnswerError(f"{candidate.name} on {self.found.family}, {question}: {difference}")
            self.found.compared += 1
        self.found.sizes.append(size(exact))

    def again(self, n: int, run: int) -> None:
        for candidate in _turned(self._able, n + run):
            if (n, candidate.name) not in self._stopped:
                with contextlib.suppress(StoppedError):
                    self._times[n, candidate.name].append(timed(candidate, self._questions[n])[1])

    def result(self) -> Measured:
        starts = range(len(self.found.sizes))
        for name in (c.name for c in self._able):
            medians = [statistics.median(self._times[n, name]) for n in starts if (n, name) in self._times]
            self.found.series[name] = Series(medians, sum((n, name) in self._stopped for n in starts))
        return self.found


def _same(answer: Any, wanted: Any) -> bool:
    if isinstance(wanted, Holds) and isinstance(answer, Holds):
        # The service lists conflicts too; without them its page is the beginning of the plain one.
        few = len(answer.first)
        return (
            abs(answer.held - wanted.held) <= 50
            and set(answer.first) <= set(wanted.first)
            and few + 50 > len(wanted.first)
        )
    return bool(answer == wanted)


def size(answer: Any) -> int:
    """Return the size of an answer: items of a trace, items held, segments, parts or steps."""
    if isinstance(answer, Traced):
        return len(answer.items)
    if isinstance(answer, Holds):
        return answer.held
    if isinstance(answer, int) or answer is None:
        return answer or 0
    return len(answer)


def timed(candidate: Candidate, question: Question) -> tuple[Any, float]:
    """Return the answer of a candidate and its milliseconds."""
    start = time.perf_counter_ns()
    done = candidate.run(question)
    return done, (time.perf_counter_ns() - start) / 1e6


def _turned(candidates: Sequence[Candidate], by: int) -> list[Candidate]:
    """Return the candidates in another order, so that none always runs after the one that warmed its cache."""
    return Random(by).sample(candidates, len(candidates))
