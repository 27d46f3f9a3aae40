"""Time-blind candidates in memory: networkx, and a compiled walk over arrays as the lower limit."""

from __future__ import annotations

import ctypes
import subprocess
from array import array
from pathlib import Path
from typing import Any

import networkx as nx

from bench.candidates.interface import Judged, Question
from bench.data.derived_rows import Rows, Side
from bench.questions import EVERYTHING


def is_plain(question: Question) -> bool:
    """Return whether a time-blind candidate can answer the question: a trace over all time, as known now."""
    return (
        question.kind == "trace"
        and not question.is_bounded
        and question.known_at is None
        and question.most == EVERYTHING
    )


class Networkx:
    """The reachable items by `descendants` and `ancestors` of networkx."""

    name = "networkx, time-blind"
    judged: Judged = "blind"

    def __init__(self, rows: Rows) -> None:
        self._graph = nx.DiGraph()
        self._graph.add_nodes_from(id for id in rows.ids if id)
        for near in range(rows.size):
            self._graph.add_edges_from((rows.ids[near], rows.ids[s.far]) for s in rows.down.steps(near))

    def can(self, question: Question) -> bool:
        return is_plain(question)

    def run(self, question: Question) -> Any:
        found = nx.descendants if question.direction == "downstream" else nx.ancestors
        return found(self._graph, question.id)

    def answer(self, question: Question, raw: Any) -> int:
        return len(raw) + 1

    def close(self) -> None:
        self._graph.clear()


class Compiled:
    """A breadth-first walk in C over the same rows."""

    name = "compiled walk, time-blind"
    judged: Judged = "blind"

    def __init__(self, rows: Rows, place: Path) -> None:
        library = place / "walk.so"
        source = Path(__file__).with_name("walk.c")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
        self._reach = ctypes.CDLL(str(library)).reach
        self._reach.restype = ctypes.c_int64
        self._rows = rows
        self._met = array("i", bytes(4 * rows.size))
        self._queue = array("i", bytes(4 * rows.size))
        self._mark = 0
        self._sides = {"downstream": self._arguments(rows.down), "upstream": self._arguments(rows.up)}

    def _arguments(self, side: Side) -> tuple[Any, Any]:
        return _pointer(side.offsets), _pointer(side.far)

    def can(self, question: Question) -> bool:
        return is_plain(question)

    def run(self, question: Question) -> int:
        self._mark += 1
        offsets, far = self._sides[question.direction]
        met, queue = _pointer(self._met), _pointer(self._queue)
        return int(self._reach(offsets, far, met, self._mark, queue, self._rows.number[question.id]))

    def answer(self, question: Question, raw: int) -> int:
        return raw

    def close(self) -> None:
        """Do nothing: no resource is open."""


def _pointer(values: array[int]) -> ctypes.c_void_p:
    return ctypes.c_void_p(values.buffer_info()[0])
