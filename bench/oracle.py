"""What the right answer is: the domain over rows in memory, the slow reference where it can, plain loops elsewhere.

An answer that differs voids the run.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Any, NamedTuple

import orjson

from bench.data.derived_rows import NOW, Rows
from bench.questions import PAGE, Ask
from lineage.domain.traversal.composition import compose
from lineage.domain.traversal.paths import Layers
from lineage.domain.traversal.trace import Limits, Walk
from tests.reference import Oracle
from tests.reference import trace as slow
from tests.reference.containment import Edge as SlowEdge
from tests.reference.intervals import context

MOST_STEPS = 1 << 30
FEW, FEW_NAMED = 60, 200
"""Events, and things named in them, up to which the slow reference is asked for custody."""
SMALL = 150
"""Edges of a closure up to which the slow reference is asked, too."""


class WrongAnswerError(Exception):
    """A candidate answered something else than the oracle."""


class Traced(NamedTuple):
    """Distance and windows by item (milliseconds), and the number of edges stepped over."""

    items: dict[str, tuple[int, tuple[tuple[int, int], ...]]]
    edges: int


class Holds(NamedTuple):
    """How many a party holds outright, and the first ids of them."""

    held: int
    first: tuple[str, ...]


def limits(most: int) -> Limits:
    return Limits(most, MOST_STEPS, lambda: False)


class AnswerOracle:
    """Answers slowly. `past` are the rows as known at `past_at`."""

    def __init__(self, rows: Rows, path: str, past: Rows | None = None, past_at: int | None = None) -> None:
        self._rows = rows
        self._past = past
        self._past_at = past_at
        self._store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.slow_answers = 0
        self._held: dict[Ask, Holds] = {}

    def rows(self, ask: Ask) -> Rows:
        return self._past if self._past is not None and ask.known_at == self._past_at else self._rows

    def exact(self, ask: Ask) -> Any:
        """The answer of the contract in the form that candidates give; None where no oracle is made for it."""
        if ask.kind == "trace":
            return self._trace(ask)
        if ask.kind == "composition":
            return self._composition(ask)
        if ask.kind == "path":
            return self._path(ask)
        return self._holdings(ask) if ask.kind == "holdings" else self._custody(ask)

    def blind(self, ask: Ask) -> int:
        """How many things can be reached when time is ignored; for a path, in how few steps."""
        return len(self.rows(ask).blind(ask.id, ask.direction))

    def _trace(self, ask: Ask) -> Traced:
        result = Walk(self.rows(ask).around(ask.direction), limits(ask.most)).run(ask.id, ask.window)
        items = {x: (d, tuple(result.windows(x))) for x, d in result.distance.items()}
        found = Traced(items, len(result.stepped))
        if ask.most > len(items):
            self._hold_to_reference(ask, found)
        return found

    def _hold_to_reference(self, ask: Ask, found: Traced) -> None:
        """Small closures also by the reference, which shares no code with the domain."""
        rows, history = self.rows(ask), _Slow(self.rows(ask), ask)
        if not 0 < len(history.edges) <= SMALL:
            return
        since, until = ask.window
        window = context(None, None, None)._replace(
            since=float(since) if ask.is_bounded else float("-inf"),
            until=float(until) if ask.is_bounded else float("inf"),
            closed=since == until,
        )
        answer = slow.lineage(history, ask.id, window, ask.direction, None)  # type: ignore[arg-type]
        distances = {row["id"]: row["distance"] for row in answer["items"]}
        self.slow_answers += 1
        if distances != {x: d for x, (d, _) in found.items.items()} or len(answer["edges"]) != found.edges:
            raise WrongAnswerError(f"the domain and the reference differ on {ask} among {rows.items} items")

    def _composition(self, ask: Ask) -> Counter[tuple[str, str]]:
        assert ask.at is not None
        result = compose(self.rows(ask).around("upstream"), ask.id, ask.at, limits(ask.most))
        found: Counter[tuple[str, str]] = Counter()
        level = [result.root] if result.root else []
        while level:
            found.update((b.item, p.item) for b in level for p in b.parts)
            level = [p for b in level for p in b.parts]
        return found

    def _path(self, ask: Ask) -> int | None:
        assert ask.destination is not None
        layers = Layers(self.rows(ask).around("downstream"), ask.id, ask.window, ask.destination, limits(ask.most))
        return len(layers.layers) - 1 if layers.arrivals() else None

    def _custody(self, ask: Ask) -> tuple[Any, ...] | None:
        """The timeline by the reference, of the events about the item and all that it was ever in; None if too many."""
        known_at = NOW if ask.known_at is None else ask.known_at
        about = self.rows(ask).around_it(ask.id)
        marks = ", ".join("?" * len(about))
        statement = f"""SELECT DISTINCT event FROM mention_ever
            WHERE item IN ({marks}) AND known_from <= ? AND ? < known_until"""
        ids = [id for (id,) in self._store.execute(statement, [*about, known_at, known_at])]
        kept = f"SELECT event FROM journal WHERE id IN ({', '.join('?' * len(ids))})"
        events = [orjson.loads(event) for (event,) in self._store.execute(kept, ids)] if len(ids) <= FEW else []
        # What replaces another event has no row of its own in the journal.
        if not events or len(events) != len(ids) or sum(map(_named, events)) > FEW_NAMED:
            return None
        world = Oracle(events)
        if world.custody_open(ask.id):
            return None
        self.slow_answers += 1
        keys = ("since", "until", "status", "holders", "to")
        segments = [[s[k] for k in keys] for s in world.custody(ask.id)["segments"]]
        return tuple((since, until, status, tuple(holders), to) for since, until, status, holders, to in segments)

    def _holdings(self, ask: Ask) -> Holds:
        """What own custody leaves with the party, inside nothing then, by a look at every row of it."""
        if ask not in self._held:
            assert ask.at is not None
            rows, t, k = self.rows(ask), ask.at, NOW if ask.known_at is None else ask.known_at
            statement = """SELECT item, since, until FROM held_by_ever
                WHERE holder = ? AND known_from <= ? AND ? < known_until"""
            own = self._store.execute(statement, [ask.id, k, k])
            held = {item for item, since, until in own if since <= t < until}
            free = sorted(
                rows.ids[item]
                for item in held
                if not any(s.inside and s.since <= t < s.until for s in rows.down.steps(item))
            )
            self._held[ask] = Holds(len(free), tuple(free[:PAGE]))
        return self._held[ask]


def _named(event: dict[str, Any]) -> int:
    """How many things an event names, about."""
    return sum(len(event.get(k) or ()) for k in ("items", "parts", "inputs", "outputs"))


class _Slow:
    """Enough of the reference's history for a trace, from rows: what the closure of one item holds."""

    def __init__(self, rows: Rows, ask: Ask) -> None:
        self._rows = rows
        self.events: list[Any] = []
        self.edges: list[SlowEdge] = []
        side = rows.side(ask.direction)
        for near in rows.blind(ask.id, ask.direction):
            if len(self.edges) > SMALL:
                return
            for far, inside, since, until in side.steps(near):
                ends = (near, far) if ask.direction == "downstream" else (far, near)
                source, target = (rows.ids[n] for n in ends)
                last = float("inf") if until == 253_402_300_799_999 else until
                self.edges.append(SlowEdge("PART_OF" if inside else "BECAME", source, target, since, last, ()))

    def kind(self, item: str) -> str:
        return self._rows.kinds[self._rows.number[item]] or "unknown"

    def lot(self, item: str) -> bool:
        return self.kind(item) == "lot"

    def consumed(self, item: str) -> int | None:
        return self._rows.consumed.get(self._rows.number[item])
