"""Hand-written candidates in SQL: the raw statement through `sqlite3` or `psycopg`, then a walk in plain Python."""

from __future__ import annotations

import re
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from bench.candidates.hand_written import composed, custody_segments
from bench.candidates.in_memory import is_plain
from bench.candidates.interface import Holds, Judged, Question, traced
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
    """Raw statements and a walk; answers stay Python objects, no text is written."""

    judged: Judged = "exact"
    is_lateral = False

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def _all(self, statement: str, values: Mapping[str, Any]) -> list[Any]:
        """Return the rows of a statement."""

    def can(self, question: Question) -> bool:
        return question.kind in self._ways()

    def _ways(self) -> dict[str, Callable[[Question], Any]]:
        return {
            "trace": self.trace,
            "composition": self._composition,
            "path": self._path,
            "custody": self._custody,
            "holdings": self._holdings,
        }

    def run(self, question: Question) -> Any:
        return self._ways()[question.kind](question)

    def trace(self, question: Question) -> Walked:
        """Trace an item; the query is repeated with a larger budget if the budget was too small for the windows."""
        budget = question.most + 1
        while True:
            rows, consumed = self.fetch(question, budget)
            covered = {r[0] for r in rows}
            down = question.direction == "downstream"
            found = walk(
                adjacency(r[:6] for r in rows),
                consumed,
                question.id,
                question.window,
                downstream=down,
                most=question.most,
            )
            if question.most >= EVERYTHING or found.is_cut or len(covered) < budget - 1 - len(found.distance):
                return found
            if len(found.distance) >= question.most or budget > EVERYTHING:
                return found
            budget *= 4

    def fetch(self, question: Question, budget: int) -> tuple[list[Any], dict[str, int]]:
        """Return the rows of the closure, and the consumption times of its items."""
        lo, hi = question.window
        values = {"id": question.id, "k": question.known_at, "most": budget, "lo": lo, "hi": hi}
        down, is_known = question.direction == "downstream", question.known_at is not None
        if question.is_bounded and down and not is_known:
            statement = CARRYING_LATERAL if self.is_lateral else CARRYING
        else:
            statement = closure(
                downstream=down,
                is_known=is_known,
                is_limited=question.most < EVERYTHING,
                is_bounded=question.is_bounded and not down,
                lateral=self.is_lateral,
            )
        rows = self._all(statement, values)
        start = self._all(START_KNOWN if is_known else START, values)
        consumed = {r[1]: r[6] for r in rows if r[6] is not None}
        if start and start[0][0] is not None:
            consumed[question.id] = start[0][0]
        return rows, consumed

    def _composition(self, question: Question) -> Any:
        values = {"id": question.id, "t": question.at, "k": question.known_at}
        if question.known_at is None:
            return composed(question, self._all(PARTS, values), self._all(START, values)[0][0])
        parts = PARTS_KNOWN_LATERAL if self.is_lateral else PARTS_KNOWN
        return composed(question, self._all(parts, values), self._all(START_KNOWN, values)[0][0])

    def _path(self, question: Question) -> int | None:
        return self.trace(question).distance.get(str(question.destination))

    def _custody(self, question: Question) -> Any:
        values = {"id": question.id, "k": question.known_at}
        statements = (CUSTODY_EDGES, CUSTODY_HANDS, CUSTODY_FACTS)
        if question.known_at is not None:
            statements = custody_known(lateral=self.is_lateral)
        of_edges, of_hands, of_facts = (self._all(statement, values) for statement in statements)
        edges = [Edge(PART_OF, a, b, s, u, proofs_from(e)) for a, b, s, u, e in of_edges]
        hands = [Holding(*r, proofs_from(e)) for *r, e in of_hands]  # type: ignore[call-arg]
        return custody_segments(question.id, edges, hands, {id: facts_from(text) for id, text in of_facts if text})

    def _holdings(self, question: Question) -> Any:
        values = {"id": question.id, "t": question.at, "k": question.known_at}
        is_now = question.known_at is None
        count = self._all(HELD_COUNT if is_now else HELD_COUNT_KNOWN, values)
        return int(count[0][0]), self._all(HELD_PAGE if is_now else HELD_PAGE_KNOWN, values)

    def answer(self, question: Question, raw: Any) -> Any:
        if question.kind == "trace":
            return traced(raw)
        return Holds(raw[0], tuple(row[0] for row in raw[1])) if question.kind == "holdings" else raw


class HandSqlite(BySql):
    """Queries the file of the service through `sqlite3`."""

    def __init__(self, path: str, name: str) -> None:
        super().__init__(name)
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)
        self._connection.execute("PRAGMA cache_size = -65536")

    def _all(self, statement: str, values: Mapping[str, Any]) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()

    def close(self) -> None:
        self._connection.close()


class FetchSqlite(HandSqlite):
    """Fetches the closure without a walk: the cost of a time-blind answer of the same columns."""

    judged: Judged = "not compared"

    def can(self, question: Question) -> bool:
        return is_plain(question)

    def run(self, question: Question) -> Any:
        return self.fetch(question, EVERYTHING)


class HandPostgres(BySql):
    """Queries the same rows in PostgreSQL through `psycopg`."""

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
    """Return the statement in PostgreSQL's syntax, and the names of its parameters."""
    text = statement.replace("CROSS JOIN LATERAL", "CROSS_LATERAL").replace("CROSS JOIN", "JOIN")
    names = re.findall(r"(?<!:):([a-z]+)", text)
    text = re.sub(r"(?<!:):([a-z]+)", r"%(\1)s", text.replace("CROSS_LATERAL", "CROSS JOIN LATERAL"))
    return text, tuple(dict.fromkeys(names))
