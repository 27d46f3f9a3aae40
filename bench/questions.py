"""The questions of the benchmark and the items in them, chosen by a seed, so that all candidates get the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Final, Literal, NamedTuple

from bench.data.derived_rows import Rows
from bench.data.stress_histories import CHAIN_START, DIAMOND_START, HUB, LARGE_LOT, Shapes
from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.intervals import Interval
from lineage.domain.traversal.neighbourhood import Direction

Kind = Literal["trace", "custody", "composition", "path", "holdings"]
EVERYTHING: Final = 1_000_000
NEAREST: Final = 200
DAY: Final = 86_400_000
PAGE: Final = 100
LARGE: Final = "a large lot"
AT_END: Final = ", as known at the end"
IN_PAST: Final = ", as known in the past"


@dataclass(frozen=True)
class Question:
    """One question. `at` is an instant, `since` and `until` a window; None is all time, or now for `known_at`."""

    kind: Kind
    id: str
    direction: Direction = "downstream"
    at: int | None = None
    since: int | None = None
    until: int | None = None
    known_at: int | None = None
    most: int = EVERYTHING
    destination: str | None = None

    @property
    def window(self) -> Interval:
        if self.at is not None:
            return (self.at, self.at)
        return (BEGIN if self.since is None else self.since, OPEN if self.until is None else self.until)

    @property
    def is_bounded(self) -> bool:
        return self.window != (BEGIN, OPEN)


class Family(NamedTuple):
    """Questions of one sort, reported together."""

    name: str
    questions: list[Question]


@dataclass
class Chooser:
    """Chooses items of a filled store, at most `count` of each sort."""

    rows: Rows
    path: str
    count: int
    now: int
    shapes: Shapes
    seed: int = 1

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.later_rng = Random(f"{self.seed} later")
        self._store = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        self.known_past, self.known_last = self._transaction_times()

    def _transaction_times(self) -> tuple[int, int]:
        """Return the transaction times of two thirds of the fleet's reports, and of the last report."""
        (last,) = self._store.execute("SELECT max(recorded) FROM journal").fetchone()
        (position,) = self._store.execute("SELECT count(*) FROM journal WHERE reporter != ?", [HUB]).fetchone()
        (past,) = self._store.execute("SELECT recorded FROM journal WHERE position = ?", [position * 2 // 3]).fetchone()
        return int(past), int(last)

    def families(self) -> list[Family]:
        traces = {
            "down, cells": self._questions("cell", "downstream"),
            "down, lots": self._questions("lot", "downstream"),
            "up, second-life packs": self._questions("second life", "upstream"),
            "up, vehicles": self._questions("vehicle", "upstream"),
        }
        found = [Family(name, questions) for name, questions in traces.items()]
        for name, questions in traces.items():
            found += self._variants(name, questions)
        found += [Family("custody, packs", [Question("custody", a) for a in self._ids("pack")])]
        found += [Family("custody, cells", [Question("custody", a.id) for a in traces["down, cells"]])]
        found += [Family("composition now, vehicles", self._compositions(traces["up, vehicles"]))]
        found += [Family("path, lot to vehicle", self._paths(traces["down, lots"]))]
        found += self._holdings()
        found += self._further(found)
        chain, diamond, large = (Question("trace", id) for id in (CHAIN_START, DIAMOND_START, LARGE_LOT))
        found += [
            Family("chain of 160 levels", [chain] * min(10, self.count)),
            Family("diamond of 8^10 trails", [diamond] * min(10, self.count)),
            Family(LARGE, [large] * min(10, self.count)),
            Family(f"{LARGE}, nearest {NEAREST}", [replace(large, most=NEAREST)] * min(10, self.count)),
        ]
        return [f for f in found if f.questions]

    def _variants(self, name: str, questions: Sequence[Question]) -> list[Family]:
        known = [a for a in questions if self._was_known(a.id)]
        return [
            Family(f"{name}, at an instant", [replace(a, at=self._instant()) for a in questions]),
            Family(
                f"{name}, 90 days", [replace(a, since=(t := self._instant()), until=t + 90 * DAY) for a in questions]
            ),
            Family(f"{name}, nearest {NEAREST}", [replace(a, most=NEAREST) for a in questions]),
            Family(name + AT_END, [replace(a, known_at=self.known_last) for a in questions]),
            Family(name + IN_PAST, [replace(a, known_at=self.known_past) for a in known]),
        ]

    def _further(self, families: Sequence[Family]) -> list[Family]:
        """Return other questions at an instant and in a window, and all questions as known in the past.

        The histories of the benchmark arrive after the fleet, so that the hub is unknown in the past.
        """
        by_name = {f.name: f.questions for f in families}
        paths = by_name.get("path, lot to vehicle", [])
        bounded = [
            Family(
                "composition at an instant, vehicles", [self._then(a) for a in by_name["composition now, vehicles"]]
            ),
            Family("path, lot to vehicle, at an instant", [self._then(a) for a in paths]),
            Family(
                "path, lot to vehicle, 90 days",
                [replace(a, since=(t := self._later()), until=t + 90 * DAY) for a in paths],
            ),
        ]
        also = ("custody", "composition", "path", "holdings")
        found = list(bounded)
        for name, questions in (*families, *bounded):
            known = [replace(a, known_at=self.known_past) for a in questions if self._was_known(a.id, a.destination)]
            if name.startswith(also):
                found += [
                    Family(name + AT_END, [replace(a, known_at=self.known_last) for a in questions]),
                    Family(name + IN_PAST, known),
                ]
            elif name.endswith((", at an instant", ", 90 days", f", nearest {NEAREST}")):
                found.append(Family(name + IN_PAST, known))
        return found

    def _then(self, question: Question) -> Question:
        return replace(question, at=self._later())

    def _later(self) -> int:
        """Return an instant from a second random source, so that earlier questions do not change."""
        return self._instant(self.later_rng)

    def _instant(self, rng: Random | None = None) -> int:
        first, last = datetime(2018, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
        return (rng or self.rng).randrange(int(first.timestamp()), int(last.timestamp())) * 1000

    def _was_known(self, *ids: str | None) -> bool:
        """Return whether all these items and parties were known in the past."""
        return all(self._was_one_known(id) for id in ids if id is not None)

    def _was_one_known(self, id: str) -> bool:
        k = self.known_past
        if id not in self.rows.number:
            held = "SELECT 1 FROM held_by_ever WHERE holder = ? AND known_from <= ? AND ? < known_until"
            return self._store.execute(held, [id, k, k]).fetchone() is not None
        statement = """SELECT 1 FROM item_ever WHERE item = ? AND known_from <= ? AND ? < known_until"""
        return self._store.execute(statement, [self.rows.number[id], k, k]).fetchone() is not None

    def _ids(self, sort: str) -> list[str]:
        rows, wanted = self.rows, self._wanted(sort)
        found = [n for n, id in enumerate(rows.ids) if id and "bench" not in id and wanted(n)]
        return [rows.ids[n] for n in self.rng.sample(found, min(self.count, len(found)))]

    def _wanted(self, sort: str) -> Callable[[int], bool]:
        rows = self.rows
        if sort == "second life":
            return lambda n: rows.kinds[n] == "pack" and any(not s.inside for s in rows.up.steps(n))
        if sort == "lot":
            return lambda n: rows.kinds[n] == "lot" and rows.down.offsets[n] < rows.down.offsets[n + 1]
        return lambda n: rows.kinds[n] == sort

    def _questions(self, sort: str, direction: Direction) -> list[Question]:
        return [Question("trace", id, direction) for id in self._ids(sort)]

    def _compositions(self, vehicles: Sequence[Question]) -> list[Question]:
        return [Question("composition", a.id, "upstream", at=self.now) for a in vehicles]

    def _paths(self, lots: Sequence[Question]) -> list[Question]:
        """Return paths from lots to a vehicle that is reachable when time is ignored; lots without one are left out."""
        found = []
        for question in lots:
            vehicles = sorted(n for n in self.rows.blind(question.id, "downstream") if self.rows.kinds[n] == "vehicle")
            if vehicles:
                found.append(Question("path", question.id, destination=self.rows.ids[self.rng.choice(vehicles)]))
        return found

    def _holdings(self) -> list[Family]:
        statement = (
            "SELECT holder FROM held_by WHERE holder NOT LIKE 'urn:bench:%' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        (biggest,) = self._store.execute(statement).fetchone()
        found = []
        for name, party in (("biggest enterprise", str(biggest)), ("hub", HUB)):
            repeated = min(20, self.count)
            found.append(Family(f"holdings now, {name}", [Question("holdings", party, at=self.now)] * repeated))
            past = [Question("holdings", party, at=self._instant()) for _ in range(repeated)]
            found.append(Family(f"holdings at a past t, {name}", past))
        return found
