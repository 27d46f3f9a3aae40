"""Hand-written candidates on Neo4j: the fastest raw Cypher through the driver, then a walk in plain Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any, Final

import neo4j
from neo4j import Driver, Query
from neo4j.exceptions import Neo4jError

from bench.candidates import raw_cypher_statements as cypher
from bench.candidates.hand_written import composed, custody_segments
from bench.candidates.in_memory import is_plain
from bench.candidates.interface import Holds, Judged, Question, StoppedError, traced
from bench.data.hand_written_walk import OPEN, Row, Step, Walked, adjacency, walk
from bench.questions import EVERYTHING
from lineage.domain.graph import PART_OF, Edge, Holding, ItemFacts
from lineage.stores.neo4j.row_encoding import OPEN_END, digits, past_facts, past_node, zoned
from lineage.stores.row_encoding import facts_from

LIMIT_S: Final = 300.0
USER_LIMIT_S: Final = 15.0
"""The seconds that the time-blind user's query may take."""


def bare_driver(url: str) -> Driver:
    return neo4j.GraphDatabase.driver(
        url, notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF, telemetry_disabled=True
    )


class HandNeo4j:
    """Raw statements and a walk; answers stay Python objects, no text is written."""

    judged: Judged = "exact"

    def __init__(self, driver: Driver, name: str) -> None:
        self.name = name
        self._driver = driver

    def _one(self, statement: str, limit: float = LIMIT_S, **values: Any) -> list[Any]:
        """Return the first record of a statement; empty if there is none."""
        with self._driver.session(database="neo4j", default_access_mode=neo4j.READ_ACCESS, fetch_size=-1) as session:
            found = session.run(Query(statement, timeout=limit), values).values()
        return found[0] if found else []

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
        if question.is_bounded and question.direction == "downstream" and question.known_at is None:
            return self._by_generations(question)
        budget = question.most + 1
        while True:
            rows, consumed, covered = self.fetch(question, budget)
            down = question.direction == "downstream"
            found = walk(adjacency(rows), consumed, question.id, question.window, downstream=down, most=question.most)
            if covered < budget or found.is_cut or len(found.distance) >= question.most or budget > EVERYTHING:
                return found
            budget *= 4

    def fetch(self, question: Question, budget: int) -> tuple[list[Row], dict[str, int], int]:
        """Return the rows of the closure, the consumption times of its items, and the number of its items."""
        statement = cypher.closure(
            downstream=question.direction == "downstream",
            is_known=question.known_at is not None,
            is_limited=question.most < EVERYTHING,
            is_bounded=question.is_bounded and question.direction == "upstream",
        )
        values: dict[str, Any] = {"id": question.id, "most": budget, "hi": _instant(question.window[1])}
        values |= _known(question)
        *columns, ids, ends = self._one(statement, **values)
        consumed = {x: _consumed(end) for x, end in zip(ids, ends, strict=True) if end is not None}
        known = {x: end for x, end in consumed.items() if end is not None}
        rows = list(zip(*columns, strict=True))
        if question.most < EVERYTHING and len(ids) == budget:
            self._meet(rows, known, set(ids))
        return rows, known, len(ids)

    def _meet(self, rows: list[Row], consumed: dict[str, int], met: set[str]) -> None:
        """Add the consumption times of items just beyond a closure that was cut."""
        beyond = sorted({row[1] for row in rows} - met)
        (ends,) = self._one(cypher.ENDS, ids=beyond)
        consumed.update({x: end for x, end in ends if end is not None})

    def _by_generations(self, question: Question) -> Walked:
        """Trace a window downstream with one round trip for each transformation, after which the window is open."""
        lo, hi = question.window
        rows: list[Row] = []
        consumed: dict[str, int] = {}
        covered: set[str] = set()
        frontier, low, high = [question.id], lo, hi + 1 if lo == hi else hi
        while frontier:
            values: dict[str, Any] = {"f": frontier, "lo": zoned(low), "hi": _instant(high)}
            *columns, ids, ends, ended, times = self._one(cypher.GENERATION, **values)
            rows += [row for row in zip(*columns, strict=True) if row[0] not in covered]
            covered.update(ids)
            consumed.update((x, end) for x, end in zip(ids, ends, strict=True) if end is not None)
            consumed.update(zip((x for x in ended if x is not None), times, strict=True))
            found = walk(adjacency(rows), consumed, question.id, question.window, downstream=True)
            frontier = sorted(found.distance.keys() - covered)
            low, high = lo, OPEN
        return found

    def _composition(self, question: Question) -> Any:
        assert question.at is not None
        values = {"id": question.id, "t": zoned(question.at), **_known(question)}
        if question.known_at is None:
            consumed, rows = self._one(cypher.PARTS, **values)
            return composed(question, chain.from_iterable(rows), consumed)
        consumed, rows = self._one(cypher.PARTS_KNOWN, **values)
        ends = ((whole, part, since, _consumed(end)) for whole, part, since, end in chain.from_iterable(rows))
        return composed(question, ends, _consumed(consumed))

    def _path(self, question: Question) -> int | None:
        """Test the shortest time-blind paths; fetch the closure where none holds in time, or as known in the past."""
        if question.known_at is not None:
            return self.trace(question).distance.get(str(question.destination))
        with self._driver.session(database="neo4j", default_access_mode=neo4j.READ_ACCESS, fetch_size=-1) as session:
            ways = session.run(cypher.PATH, {"id": question.id, "to": question.destination}).values()
        if not ways:
            return None
        if any(_is_open(way, question) for way in ways):
            return len(ways[0][0])
        return self.trace(question).distance.get(str(question.destination))

    def _custody(self, question: Question) -> Any:
        statement = cypher.CUSTODY if question.known_at is None else cypher.CUSTODY_KNOWN
        edges, hands, facts = self._one(statement, id=question.id, **_known(question))
        return custody_segments(
            question.id,
            [Edge(PART_OF, a, b, s, u, tuple(e)) for a, b, s, u, e in edges],
            [Holding(*row, tuple(e)) for *row, e in hands],  # type: ignore[call-arg]
            {id: found for id, *texts in facts if (found := _facts(*texts)) is not None},
        )

    def _holdings(self, question: Question) -> Any:
        assert question.at is not None
        statement = cypher.HELD if question.known_at is None else cypher.HELD_KNOWN
        return self._one(statement, id=question.id, t=zoned(question.at), **_known(question))

    def answer(self, question: Question, raw: Any) -> Any:
        if question.kind == "trace":
            return traced(raw)
        return Holds(raw[0], tuple(row[0] for row in raw[1])) if question.kind == "holdings" else raw

    def close(self) -> None:
        """Do nothing: the driver is closed by its owner."""


def _consumed(end: int | str | None) -> int | None:
    """Return when an item was consumed; a text holds its superseded facts."""
    return past_node(end).consumed if isinstance(end, str) else end


def _facts(text: str | None, past: str | None = None) -> ItemFacts | None:
    """Return the facts of an item from its current or its superseded text; None if it has neither."""
    if text is not None:
        return facts_from(text)
    return None if past is None else past_facts(past)


def _known(question: Question) -> dict[str, Any]:
    """Return `known_at` as parameters of the statements; empty for now."""
    return {} if question.known_at is None else {"k": zoned(question.known_at), "text": digits(question.known_at)}


def _instant(instant: int) -> datetime:
    """Return an instant as a parameter; the open end has a constant because it cannot be converted between zones."""
    return OPEN_END if instant >= OPEN else zoned(instant)


def _is_open(way: list[Any], question: Question) -> bool:
    """Return whether the window reaches the end of a chain of steps."""
    parts, since, until, ends = way
    names = [str(n) for n in range(len(ends))]
    steps: dict[str, list[Step]] = {
        names[n]: [(names[n + 1], parts[n], since[n], until[n], None)] for n in range(len(parts))
    }
    consumed = {names[n]: end for n, end in enumerate(ends) if end is not None}
    return names[-1] in walk(steps, consumed, names[0], question.window, downstream=True).distance


class FetchNeo4j(HandNeo4j):
    """Fetches the closure without a walk."""

    judged: Judged = "not compared"

    def can(self, question: Question) -> bool:
        return is_plain(question)

    def run(self, question: Question) -> Any:
        return self.fetch(question, EVERYTHING)


class UserNeo4j(HandNeo4j):
    """Variable-length Cypher that ignores time, as most would write it."""

    judged: Judged = "blind"

    def can(self, question: Question) -> bool:
        return is_plain(question)

    def run(self, question: Question) -> int:
        statement = cypher.USER_DOWN if question.direction == "downstream" else cypher.USER_UP
        try:
            with self._driver.session(database="neo4j", default_access_mode=neo4j.READ_ACCESS) as session:
                return len(session.run(Query(statement, timeout=USER_LIMIT_S), id=question.id).values())
        except Neo4jError as error:
            raise StoppedError(str(error.code)) from error

    def answer(self, question: Question, raw: Any) -> int:
        """Return the count, at least 1: without edges the rows do not hold the start itself."""
        return max(1, int(raw))


class Return1(HandNeo4j):
    """One round trip and nothing else."""

    judged: Judged = "not compared"

    def can(self, question: Question) -> bool:
        return True

    def run(self, question: Question) -> Any:
        return self._one("RETURN 1")
