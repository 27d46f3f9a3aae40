"""The correct answers: from the domain over rows in memory, the slow reference for small cases, and plain loops.

An answer that differs invalidates the run.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Any, NamedTuple

import orjson

from bench.data.derived_rows import NOW, Rows
from bench.questions import PAGE, Question
from lineage.domain.traversal.composition import compose
from lineage.domain.traversal.paths import Layers
from lineage.domain.traversal.trace import Limits, Walk
from tests.reference import Oracle
from tests.reference import trace as slow
from tests.reference.containment import Edge as SlowEdge
from tests.reference.intervals import context

MOST_STEPS = 1 << 30
FEW, FEW_NAMED = 60, 200
"""The number of events, and of items in them, up to which the slow reference computes custody."""
SMALL = 150
"""The number of edges of a closure up to which the slow reference computes the trace too."""


class WrongAnswerError(Exception):
    """The answer of a candidate differs from that of the oracle."""


class Traced(NamedTuple):
    """Distance and windows by item (milliseconds), and the number of edges stepped over."""

    items: dict[str, tuple[int, tuple[tuple[int, int], ...]]]
    edges: int


class Holds(NamedTuple):
    """The number of items that a party holds outside any whole, and the first ids."""

    held: int
    first: tuple[str, ...]


def limits(most: int) -> Limits:
    return Limits(most, MOST_STEPS, lambda: False)


class AnswerOracle:
    """Computes correct answers, without regard to speed. `past` are the rows as known at `past_at`."""

    def __init__(self, rows: Rows, path: str, past: Rows | None = None, past_at: int | None = None) -> None:
        self._rows = rows
        self._past = past
        self._past_at = past_at
        self._store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.slow_answers = 0
        self._held: dict[Question, Holds] = {}

    def rows(self, question: Question) -> Rows:
        return self._past if self._past is not None and question.known_at == self._past_at else self._rows

    def exact(self, question: Question) -> Any:
        """Return the answer by the contract in the form that candidates give; None if the case is too large."""
        if question.kind == "trace":
            return self._trace(question)
        if question.kind == "composition":
            return self._composition(question)
        if question.kind == "path":
            return self._path(question)
        return self._holdings(question) if question.kind == "holdings" else self._custody(question)

    def blind(self, question: Question) -> int:
        """Return the number of items that are reachable when time is ignored."""
        return len(self.rows(question).blind(question.id, question.direction))

    def _trace(self, question: Question) -> Traced:
        result = Walk(self.rows(question).around(question.direction), limits(question.most)).run(
            question.id, question.window
        )
        items = {x: (d, tuple(result.windows(x))) for x, d in result.distance.items()}
        found = Traced(items, len(result.stepped))
        if question.most > len(items):
            self._hold_to_reference(question, found)
        return found

    def _hold_to_reference(self, question: Question, found: Traced) -> None:
        """Compare a small closure with the reference too, which has no code in common with the domain."""
        rows, history = self.rows(question), _Slow(self.rows(question), question)
        if not 0 < len(history.edges) <= SMALL:
            return
        since, until = question.window
        window = context(None, None, None)._replace(
            since=float(since) if question.is_bounded else float("-inf"),
            until=float(until) if question.is_bounded else float("inf"),
            closed=since == until,
        )
        answer = slow.lineage(history, question.id, window, question.direction, None)  # type: ignore[arg-type]
        distances = {row["id"]: row["distance"] for row in answer["items"]}
        self.slow_answers += 1
        if distances != {x: d for x, (d, _) in found.items.items()} or len(answer["edges"]) != found.edges:
            raise WrongAnswerError(f"the domain and the reference differ on {question} among {rows.items} items")

    def _composition(self, question: Question) -> Counter[tuple[str, str]]:
        assert question.at is not None
        result = compose(self.rows(question).around("upstream"), question.id, question.at, limits(question.most))
        found: Counter[tuple[str, str]] = Counter()
        level = [result.root] if result.root else []
        while level:
            found.update((b.item, p.item) for b in level for p in b.parts)
            level = [p for b in level for p in b.parts]
        return found

    def _path(self, question: Question) -> int | None:
        assert question.destination is not None
        layers = Layers(
            self.rows(question).around("downstream"),
            question.id,
            question.window,
            question.destination,
            limits(question.most),
        )
        return len(layers.layers) - 1 if layers.arrivals() else None

    def _custody(self, question: Question) -> tuple[Any, ...] | None:
        """Return the timeline by the reference, from events about the item and its wholes; None for too many."""
        known_at = NOW if question.known_at is None else question.known_at
        about = self.rows(question).around_it(question.id)
        marks = ", ".join("?" * len(about))
        statement = f"""SELECT DISTINCT event FROM mention_ever
            WHERE item IN ({marks}) AND known_from <= ? AND ? < known_until"""
        ids = [id for (id,) in self._store.execute(statement, [*about, known_at, known_at])]
        journal_rows = f"SELECT event FROM journal WHERE id IN ({', '.join('?' * len(ids))})"
        events = [orjson.loads(event) for (event,) in self._store.execute(journal_rows, ids)] if len(ids) <= FEW else []
        # A replacement has no row of its own in the journal.
        if not events or len(events) != len(ids) or sum(map(_named, events)) > FEW_NAMED:
            return None
        reference = Oracle(events)
        if reference.custody_open(question.id):
            return None
        self.slow_answers += 1
        keys = ("since", "until", "status", "holders", "to")
        segments = [[s[k] for k in keys] for s in reference.custody(question.id)["segments"]]
        return tuple((since, until, status, tuple(holders), to) for since, until, status, holders, to in segments)

    def _holdings(self, question: Question) -> Holds:
        """Return the items in the own custody of the party and in no whole at that time, from all its rows."""
        if question not in self._held:
            assert question.at is not None
            rows, t, k = self.rows(question), question.at, NOW if question.known_at is None else question.known_at
            statement = """SELECT item, since, until FROM held_by_ever
                WHERE holder = ? AND known_from <= ? AND ? < known_until"""
            own = self._store.execute(statement, [question.id, k, k])
            held = {item for item, since, until in own if since <= t < until}
            free = sorted(
                rows.ids[item]
                for item in held
                if not any(s.inside and s.since <= t < s.until for s in rows.down.steps(item))
            )
            self._held[question] = Holds(len(free), tuple(free[:PAGE]))
        return self._held[question]


def _named(event: dict[str, Any]) -> int:
    """Return the approximate number of items that an event names."""
    return sum(len(event.get(k) or ()) for k in ("items", "parts", "inputs", "outputs"))


class _Slow:
    """A history in the form that the reference needs for a trace, from the rows in the closure of one item."""

    def __init__(self, rows: Rows, question: Question) -> None:
        self._rows = rows
        self.events: list[Any] = []
        self.edges: list[SlowEdge] = []
        side = rows.side(question.direction)
        for near in rows.blind(question.id, question.direction):
            if len(self.edges) > SMALL:
                return
            for far, inside, since, until in side.steps(near):
                ends = (near, far) if question.direction == "downstream" else (far, near)
                source, target = (rows.ids[n] for n in ends)
                last = float("inf") if until == 253_402_300_799_999 else until
                self.edges.append(SlowEdge("PART_OF" if inside else "BECAME", source, target, since, last, ()))

    def kind(self, item: str) -> str:
        return self._rows.kinds[self._rows.number[item]] or "unknown"

    def lot(self, item: str) -> bool:
        return self.kind(item) == "lot"

    def consumed(self, item: str) -> int | None:
        return self._rows.consumed.get(self._rows.number[item])
