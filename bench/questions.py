"""Which questions are asked, of which things; chosen by a seed, so that every candidate is asked the same."""

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
class Ask:
    """One question. `at` is an instant, `since` and `until` a window, `known_at` K; None is all time, or now."""

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
    asks: list[Ask]


@dataclass
class Chooser:
    """Chooses things of a filled store. `count` of each sort at most; the rarer ones as many as there are."""

    rows: Rows
    path: str
    count: int
    now: int
    shapes: Shapes
    seed: int = 1

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        self.later_dice = Random(f"{self.seed} later")
        self._store = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        self.known_past, self.known_last = self._moments_of_knowledge()

    def _moments_of_knowledge(self) -> tuple[int, int]:
        """When two thirds of the fleet's reports had arrived, and when all had."""
        (last,) = self._store.execute("SELECT max(recorded) FROM journal").fetchone()
        (position,) = self._store.execute("SELECT count(*) FROM journal WHERE reporter != ?", [HUB]).fetchone()
        (past,) = self._store.execute("SELECT recorded FROM journal WHERE position = ?", [position * 2 // 3]).fetchone()
        return int(past), int(last)

    def families(self) -> list[Family]:
        traces = {
            "down, cells": self._asks("cell", "downstream"),
            "down, lots": self._asks("lot", "downstream"),
            "up, second-life packs": self._asks("second life", "upstream"),
            "up, vehicles": self._asks("vehicle", "upstream"),
        }
        found = [Family(name, asks) for name, asks in traces.items()]
        for name, asks in traces.items():
            found += self._variants(name, asks)
        found += [Family("custody, packs", [Ask("custody", a) for a in self._ids("pack")])]
        found += [Family("custody, cells", [Ask("custody", a.id) for a in traces["down, cells"]])]
        found += [Family("composition now, vehicles", self._compositions(traces["up, vehicles"]))]
        found += [Family("path, lot to vehicle", self._paths(traces["down, lots"]))]
        found += self._holdings()
        found += self._further(found)
        chain, diamond, large = (Ask("trace", id) for id in (CHAIN_START, DIAMOND_START, LARGE_LOT))
        found += [
            Family("chain of 160 levels", [chain] * min(10, self.count)),
            Family("diamond of 8^10 trails", [diamond] * min(10, self.count)),
            Family(LARGE, [large] * min(10, self.count)),
            Family(f"{LARGE}, nearest {NEAREST}", [replace(large, most=NEAREST)] * min(10, self.count)),
        ]
        return [f for f in found if f.asks]

    def _variants(self, name: str, asks: Sequence[Ask]) -> list[Family]:
        known = [a for a in asks if self._was_known(a.id)]
        return [
            Family(f"{name}, at an instant", [replace(a, at=self._moment()) for a in asks]),
            Family(f"{name}, 90 days", [replace(a, since=(t := self._moment()), until=t + 90 * DAY) for a in asks]),
            Family(f"{name}, nearest {NEAREST}", [replace(a, most=NEAREST) for a in asks]),
            Family(name + AT_END, [replace(a, known_at=self.known_last) for a in asks]),
            Family(name + IN_PAST, [replace(a, known_at=self.known_past) for a in known]),
        ]

    def _further(self, families: Sequence[Family]) -> list[Family]:
        """The other questions at an instant and through a window, and everything as known then.

        What bench makes arrives after the fleet, so in the past nothing is known of the hub.
        """
        by_name = {f.name: f.asks for f in families}
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
        for name, asks in (*families, *bounded):
            known = [replace(a, known_at=self.known_past) for a in asks if self._was_known(a.id, a.destination)]
            if name.startswith(also):
                found += [
                    Family(name + AT_END, [replace(a, known_at=self.known_last) for a in asks]),
                    Family(name + IN_PAST, known),
                ]
            elif name.endswith((", at an instant", ", 90 days", f", nearest {NEAREST}")):
                found.append(Family(name + IN_PAST, known))
        return found

    def _then(self, ask: Ask) -> Ask:
        return replace(ask, at=self._later())

    def _later(self) -> int:
        """A moment by dice of its own, so that older questions stay what they were."""
        return self._moment(self.later_dice)

    def _moment(self, dice: Random | None = None) -> int:
        first, last = datetime(2018, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
        return (dice or self.dice).randrange(int(first.timestamp()), int(last.timestamp())) * 1000

    def _was_known(self, *ids: str | None) -> bool:
        """Whether all these items and parties were known in the past."""
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
        return [rows.ids[n] for n in self.dice.sample(found, min(self.count, len(found)))]

    def _wanted(self, sort: str) -> Callable[[int], bool]:
        rows = self.rows
        if sort == "second life":
            return lambda n: rows.kinds[n] == "pack" and any(not s.inside for s in rows.up.steps(n))
        if sort == "lot":
            return lambda n: rows.kinds[n] == "lot" and rows.down.offsets[n] < rows.down.offsets[n + 1]
        return lambda n: rows.kinds[n] == sort

    def _asks(self, sort: str, direction: Direction) -> list[Ask]:
        return [Ask("trace", id, direction) for id in self._ids(sort)]

    def _compositions(self, vehicles: Sequence[Ask]) -> list[Ask]:
        return [Ask("composition", a.id, "upstream", at=self.now) for a in vehicles]

    def _paths(self, lots: Sequence[Ask]) -> list[Ask]:
        """From a lot to a vehicle that it can be followed to when time is ignored, where there is one."""
        found = []
        for ask in lots:
            vehicles = sorted(n for n in self.rows.blind(ask.id, "downstream") if self.rows.kinds[n] == "vehicle")
            if vehicles:
                found.append(Ask("path", ask.id, destination=self.rows.ids[self.dice.choice(vehicles)]))
        return found

    def _holdings(self) -> list[Family]:
        statement = (
            "SELECT holder FROM held_by WHERE holder NOT LIKE 'urn:bench:%' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        (biggest,) = self._store.execute(statement).fetchone()
        found = []
        for name, party in (("biggest enterprise", str(biggest)), ("hub", HUB)):
            repeated = min(20, self.count)
            found.append(Family(f"holdings now, {name}", [Ask("holdings", party, at=self.now)] * repeated))
            past = [Ask("holdings", party, at=self._moment()) for _ in range(repeated)]
            found.append(Family(f"holdings at a past t, {name}", past))
        return found
