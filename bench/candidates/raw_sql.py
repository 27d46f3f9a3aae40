"""The same answers by hand in SQL: the bare statement through `sqlite3` or `psycopg`, the walk in plain Python."""

from __future__ import annotations

import re
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from bench.candidates.hand_written import composed, custody_segments
from bench.candidates.in_memory import is_plain
from bench.candidates.interface import Ask, Holds, Judged, traced
from bench.candidates.raw_sql_statements import (
    CARRYING,
    CARRYING_LATERAL,
    CUSTODY_EDGES,
    CUSTODY_FACTS,
    CUSTODY_HANDS,
    HELD_COUNT,
    HELD_COUNT_KNOWN,
    HELD_PAGE,
    HELD_PAGE_KNOWN,
    PARTS,
    PARTS_KNOWN,
    PARTS_KNOWN_LATERAL,
    START,
    START_KNOWN,
    closure,
    custody_known,
)
from bench.data.hand_written_walk import Walked, adjacency, walk
from bench.questions import EVERYTHING
from lineage.domain.graph import PART_OF, Edge, Holding
from lineage.stores.row_encoding import facts_from, proofs_from


class BySql(ABC):
    """Bare statements and the walk; answers stay Python objects, no text is written."""

    judged: Judged = "exact"
    is_lateral = False

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def _all(self, statement: str, values: Mapping[str, Any]) -> list[Any]:
        """The rows of a statement."""

    def can(self, ask: Ask) -> bool:
        return ask.kind in self._ways()

    def _ways(self) -> dict[str, Callable[[Ask], Any]]:
        return {
            "trace": self.trace,
            "composition": self._composition,
            "path": self._path,
            "custody": self._custody,
            "holdings": self._holdings,
        }

    def run(self, ask: Ask) -> Any:
        return self._ways()[ask.kind](ask)

    def trace(self, ask: Ask) -> Walked:
        """A budget that proves too small for the windows is asked for again, larger."""
        budget = ask.most + 1
        while True:
            rows, consumed = self.fetch(ask, budget)
            covered = {r[0] for r in rows}
            down = ask.direction == "downstream"
            found = walk(adjacency(r[:6] for r in rows), consumed, ask.id, ask.window, downstream=down, most=ask.most)
            if ask.most >= EVERYTHING or found.is_cut or len(covered) < budget - 1 - len(found.distance):
                return found
            if len(found.distance) >= ask.most or budget > EVERYTHING:
                return found
            budget *= 4

    def fetch(self, ask: Ask, budget: int) -> tuple[list[Any], dict[str, int]]:
        """The rows of the closure, and when what is in it was consumed."""
        lo, hi = ask.window
        values = {"id": ask.id, "k": ask.known_at, "most": budget, "lo": lo, "hi": hi}
        down, is_known = ask.direction == "downstream", ask.known_at is not None
        if ask.is_bounded and down and not is_known:
            statement = CARRYING_LATERAL if self.is_lateral else CARRYING
        else:
            statement = closure(
                downstream=down,
                is_known=is_known,
                is_limited=ask.most < EVERYTHING,
                is_bounded=ask.is_bounded and not down,
                lateral=self.is_lateral,
            )
        rows = self._all(statement, values)
        start = self._all(START_KNOWN if is_known else START, values)
        consumed = {r[1]: r[6] for r in rows if r[6] is not None}
        if start and start[0][0] is not None:
            consumed[ask.id] = start[0][0]
        return rows, consumed

    def _composition(self, ask: Ask) -> Any:
        values = {"id": ask.id, "t": ask.at, "k": ask.known_at}
        if ask.known_at is None:
            return composed(ask, self._all(PARTS, values), self._all(START, values)[0][0])
        parts = PARTS_KNOWN_LATERAL if self.is_lateral else PARTS_KNOWN
        return composed(ask, self._all(parts, values), self._all(START_KNOWN, values)[0][0])

    def _path(self, ask: Ask) -> int | None:
        return self.trace(ask).distance.get(str(ask.destination))

    def _custody(self, ask: Ask) -> Any:
        values = {"id": ask.id, "k": ask.known_at}
        statements = (CUSTODY_EDGES, CUSTODY_HANDS, CUSTODY_FACTS)
        if ask.known_at is not None:
            statements = custody_known(lateral=self.is_lateral)
        of_edges, of_hands, of_facts = (self._all(statement, values) for statement in statements)
        edges = [Edge(PART_OF, a, b, s, u, proofs_from(e)) for a, b, s, u, e in of_edges]
        hands = [Holding(*r, proofs_from(e)) for *r, e in of_hands]  # type: ignore[call-arg]
        return custody_segments(ask.id, edges, hands, {id: facts_from(text) for id, text in of_facts if text})

    def _holdings(self, ask: Ask) -> Any:
        values = {"id": ask.id, "t": ask.at, "k": ask.known_at}
        is_now = ask.known_at is None
        count = self._all(HELD_COUNT if is_now else HELD_COUNT_KNOWN, values)
        return int(count[0][0]), self._all(HELD_PAGE if is_now else HELD_PAGE_KNOWN, values)

    def answer(self, ask: Ask, raw: Any) -> Any:
        if ask.kind == "trace":
            return traced(raw)
        return Holds(raw[0], tuple(row[0] for row in raw[1])) if ask.kind == "holdings" else raw


class HandSqlite(BySql):
    """Through `sqlite3`, on the file that our service made."""

    def __init__(self, path: str, name: str) -> None:
        super().__init__(name)
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)
        self._connection.execute("PRAGMA cache_size = -65536")

    def _all(self, statement: str, values: Mapping[str, Any]) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()

    def close(self) -> None:
        self._connection.close()


class FetchSqlite(HandSqlite):
    """The closure fetched and nothing done with it: what a time-blind answer of the same columns costs."""

    judged: Judged = "not compared"

    def can(self, ask: Ask) -> bool:
        return is_plain(ask)

    def run(self, ask: Ask) -> Any:
        return self.fetch(ask, EVERYTHING)


class HandPostgres(BySql):
    """Through `psycopg`, on the same rows in the same tables."""

    is_lateral = True

    def __init__(self, connection: Any, name: str) -> None:
        super().__init__(name)
        self._connection = connection

    def _all(self, statement: str, values: Mapping[str, Any]) -> list[Any]:
        text, names = _for_postgres(statement)
        with self._connection.cursor(binary=True) as cursor:
            return list(cursor.execute(text, {n: values[n] for n in names}).fetchall())

    def close(self) -> None:
        self._connection.close()


@cache
def _for_postgres(statement: str) -> tuple[str, tuple[str, ...]]:
    """The statement in PostgreSQL's spelling, and the names of its parameters."""
    text = statement.replace("CROSS JOIN LATERAL", "CROSS_LATERAL").replace("CROSS JOIN", "JOIN")
    names = re.findall(r"(?<!:):([a-z]+)", text)
    text = re.sub(r"(?<!:):([a-z]+)", r"%(\1)s", text.replace("CROSS_LATERAL", "CROSS JOIN LATERAL"))
    return text, tuple(dict.fromkeys(names))
