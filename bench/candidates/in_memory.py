"""Time-blind and in memory: networkx, and a walk in compiled code over arrays, which is the limit."""

from __future__ import annotations

import ctypes
import subprocess
from array import array
from pathlib import Path
from typing import Any

import networkx as nx

from bench.candidates.interface import Ask, Judged
from bench.data.derived_rows import Rows, Side
from bench.questions import EVERYTHING


def is_plain(ask: Ask) -> bool:
    """Whether time-blind candidates can be asked it at all."""
    return ask.kind == "trace" and not ask.is_bounded and ask.known_at is None and ask.most == EVERYTHING


class Networkx:
    """`descendants` and `ancestors` of a directed graph."""

    name = "networkx, time-blind"
    judged: Judged = "blind"

    def __init__(self, rows: Rows) -> None:
        self._graph = nx.DiGraph()
        self._graph.add_nodes_from(id for id in rows.ids if id)
        for near in range(rows.size):
            self._graph.add_edges_from((rows.ids[near], rows.ids[s.far]) for s in rows.down.steps(near))

    def can(self, ask: Ask) -> bool:
        return is_plain(ask)

    def run(self, ask: Ask) -> Any:
        found = nx.descendants if ask.direction == "downstream" else nx.ancestors
        return found(self._graph, ask.id)

    def answer(self, ask: Ask, raw: Any) -> int:
        return len(raw) + 1

    def close(self) -> None:
        self._graph.clear()


class Compiled:
    """The bare walk in C over the same rows."""

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

    def can(self, ask: Ask) -> bool:
        return is_plain(ask)

    def run(self, ask: Ask) -> int:
        self._mark += 1
        offsets, far = self._sides[ask.direction]
        met, queue = _pointer(self._met), _pointer(self._queue)
        return int(self._reach(offsets, far, met, self._mark, queue, self._rows.number[ask.id]))

    def answer(self, ask: Ask, raw: int) -> int:
        return raw

    def close(self) -> None:
        """Nothing is open."""


def _pointer(values: array[int]) -> ctypes.c_void_p:
    return ctypes.c_void_p(values.buffer_info()[0])
