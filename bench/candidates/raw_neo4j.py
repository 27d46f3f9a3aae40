"""The same answers by hand on Neo4j: the best bare Cypher through the driver, then the walk in plain Python."""

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
from bench.candidates.interface import Ask, Holds, Judged, StoppedError, traced
from bench.data.hand_written_walk import OPEN, Row, Step, Walked, adjacency, walk
from bench.questions import EVERYTHING
from lineage.domain.graph import PART_OF, Edge, Holding, ItemFacts
from lineage.stores.neo4j.row_encoding import OPEN_END, digits, past_facts, past_node, zoned
from lineage.stores.row_encoding import facts_from

LIMIT_S: Final = 300.0
USER_LIMIT_S: Final = 15.0
"""How long the time-blind user's query may take."""


def bare_driver(url: str) -> Driver:
    return neo4j.GraphDatabase.driver(
        url, notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF, telemetry_disabled=True
    )


class HandNeo4j:
    """Bare statements and the walk; answers stay Python objects, no text is written."""

    judged: Judged = "exact"

    def __init__(self, driver: Driver, name: str) -> None:
        self.name = name
        self._driver = driver

    def _one(self, statement: str, limit: float = LIMIT_S, **values: Any) -> list[Any]:
        """The first record of a statement; empty where there is none."""
        with self._driver.session(database="neo4j", default_access_mode=neo4j.READ_ACCESS, fetch_size=-1) as session:
            found = session.run(Query(statement, timeout=limit), values).values()
        return found[0] if found else []

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
        if ask.is_bounded and ask.direction == "downstream" and ask.known_at is None:
            return self._by_generations(ask)
        budget = ask.most + 1
        while True:
            rows, consumed, covered = self.fetch(ask, budget)
            down = ask.direction == "downstream"
            found = walk(adjacency(rows), consumed, ask.id, ask.window, downstream=down, most=ask.most)
            if covered < budget or found.is_cut or len(found.distance) >= ask.most or budget > EVERYTHING:
                return found
            budget *= 4

    def fetch(self, ask: Ask, budget: int) -> tuple[list[Row], dict[str, int], int]:
        """The rows of the closure, when what is in it was consumed, and how many things it holds."""
        statement = cypher.closure(
            downstream=ask.direction == "downstream",
            is_known=ask.known_at is not None,
            is_limited=ask.most < EVERYTHING,
            is_bounded=ask.is_bounded and ask.direction == "upstream",
        )
        values: dict[str, Any] = {"id": ask.id, "most": budget, "hi": _moment(ask.window[1])}
        values |= _known(ask)
        *columns, ids, ends = self._one(statement, **values)
        consumed = {x: _consumed(end) for x, end in zip(ids, ends, strict=True) if end is not None}
        known = {x: end for x, end in consumed.items() if end is not None}
        rows = list(zip(*columns, strict=True))
        if ask.most < EVERYTHING and len(ids) == budget:
            self._meet(rows, known, set(ids))
        return rows, known, len(ids)

    def _meet(self, rows: list[Row], consumed: dict[str, int], met: set[str]) -> None:
        """Where the closure was cut, when what lies just beyond was consumed."""
        beyond = sorted({row[1] for row in rows} - met)
        (ends,) = self._one(cypher.ENDS, ids=beyond)
        consumed.update({x: end for x, end in ends if end is not None})

    def _by_generations(self, ask: Ask) -> Walked:
        """A window downstream: a trip a transformation, after which its bounds are open."""
        lo, hi = ask.window
        rows: list[Row] = []
        consumed: dict[str, int] = {}
        covered: set[str] = set()
        frontier, low, high = [ask.id], lo, hi + 1 if lo == hi else hi
        while frontier:
            values: dict[str, Any] = {"f": frontier, "lo": zoned(low), "hi": _moment(high)}
            *columns, ids, ends, ended, times = self._one(cypher.GENERATION, **values)
            rows += [row for row in zip(*columns, strict=True) if row[0] not in covered]
            covered.update(ids)
            consumed.update((x, end) for x, end in zip(ids, ends, strict=True) if end is not None)
            consumed.update(zip((x for x in ended if x is not None), times, strict=True))
            found = walk(adjacency(rows), consumed, ask.id, ask.window, downstream=True)
            frontier = sorted(found.distance.keys() - covered)
            low, high = lo, OPEN
        return found

    def _composition(self, ask: Ask) -> Any:
        assert ask.at is not None
        values = {"id": ask.id, "t": zoned(ask.at), **_known(ask)}
        if ask.known_at is None:
            consumed, rows = self._one(cypher.PARTS, **values)
            return composed(ask, chain.from_iterable(rows), consumed)
        consumed, rows = self._one(cypher.PARTS_KNOWN, **values)
        ends = ((whole, part, since, _consumed(end)) for whole, part, since, end in chain.from_iterable(rows))
        return composed(ask, ends, _consumed(consumed))

    def _path(self, ask: Ask) -> int | None:
        """The shortest ways when time is ignored, tested; a closure where time forbids them all, or as known then."""
        if ask.known_at is not None:
            return self.trace(ask).distance.get(str(ask.destination))
        with self._driver.session(database="neo4j", default_access_mode=neo4j.READ_ACCESS, fetch_size=-1) as session:
            ways = session.run(cypher.PATH, {"id": ask.id, "to": ask.destination}).values()
        if not ways:
            return None
        if any(_is_open(way, ask) for way in ways):
            return len(ways[0][0])
        return self.trace(ask).distance.get(str(ask.destination))

    def _custody(self, ask: Ask) -> Any:
        statement = cypher.CUSTODY if ask.known_at is None else cypher.CUSTODY_KNOWN
        edges, hands, facts = self._one(statement, id=ask.id, **_known(ask))
        return custody_segments(
            ask.id,
            [Edge(PART_OF, a, b, s, u, tuple(e)) for a, b, s, u, e in edges],
            [Holding(*row, tuple(e)) for *row, e in hands],  # type: ignore[call-arg]
            {id: found for id, *texts in facts if (found := _facts(*texts)) is not None},
        )

    def _holdings(self, ask: Ask) -> Any:
        assert ask.at is not None
        statement = cypher.HELD if ask.known_at is None else cypher.HELD_KNOWN
        return self._one(statement, id=ask.id, t=zoned(ask.at), **_known(ask))

    def answer(self, ask: Ask, raw: Any) -> Any:
        if ask.kind == "trace":
            return traced(raw)
        return Holds(raw[0], tuple(row[0] for row in raw[1])) if ask.kind == "holdings" else raw

    def close(self) -> None:
        """The driver is closed by who opened it."""


def _consumed(end: int | str | None) -> int | None:
    """When an item was consumed, from its superseded facts where it comes from those."""
    return past_node(end).consumed if isinstance(end, str) else end


def _facts(text: str | None, past: str | None = None) -> ItemFacts | None:
    """Facts of an item, from its superseded ones where it comes from those."""
    if text is not None:
        return facts_from(text)
    return None if past is None else past_facts(past)


def _known(ask: Ask) -> dict[str, Any]:
    """K as the statements take it; none where it is now."""
    return {} if ask.known_at is None else {"k": zoned(ask.known_at), "text": digits(ask.known_at)}


def _moment(instant: int) -> datetime:
    """An instant as a parameter; the open end has no spelling in any zone but its own."""
    return OPEN_END if instant >= OPEN else zoned(instant)


def _is_open(way: list[Any], ask: Ask) -> bool:
    """Whether a window comes through a chain of steps."""
    parts, since, until, ends = way
    names = [str(n) for n in range(len(ends))]
    steps: dict[str, list[Step]] = {
        names[n]: [(names[n + 1], parts[n], since[n], until[n], None)] for n in range(len(parts))
    }
    consumed = {names[n]: end for n, end in enumerate(ends) if end is not None}
    return names[-1] in walk(steps, consumed, names[0], ask.window, downstream=True).distance


class FetchNeo4j(HandNeo4j):
    """The closure fetched and nothing done with it."""

    judged: Judged = "not compared"

    def can(self, ask: Ask) -> bool:
        return is_plain(ask)

    def run(self, ask: Ask) -> Any:
        return self.fetch(ask, EVERYTHING)


class UserNeo4j(HandNeo4j):
    """Variable-length Cypher that ignores time, as most would write it."""

    judged: Judged = "blind"

    def can(self, ask: Ask) -> bool:
        return is_plain(ask)

    def run(self, ask: Ask) -> int:
        statement = cypher.USER_DOWN if ask.direction == "downstream" else cypher.USER_UP
        try:
            with self._driver.session(database="neo4j", default_access_mode=neo4j.READ_ACCESS) as session:
                return len(session.run(Query(statement, timeout=USER_LIMIT_S), id=ask.id).values())
        except Neo4jError as error:
            raise StoppedError(str(error.code)) from error

    def answer(self, ask: Ask, raw: Any) -> int:
        """The start is not among the rows where nothing leaves it."""
        return max(1, int(raw))


class Return1(HandNeo4j):
    """One round trip and nothing else."""

    judged: Judged = "not compared"

    def can(self, ask: Ask) -> bool:
        return True

    def run(self, ask: Ask) -> Any:
        return self._one("RETURN 1")
